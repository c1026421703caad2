import { z } from 'zod';
import { holdNames } from '../commands/apt-get.ts';
import { kubernetesPackages, packages as packageStates, type Packages } from '../facts/packages.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { whole } from './wanted-packages.ts';

const loose = ({ installed }: Packages): readonly string[] =>
  kubernetesPackages.filter((name) => whole(installed[name]?.status) && installed[name]?.held === false);

/** Packages of Kubernetes stay at their version until somebody upgrades the cluster. */
export const holdPackages = defineStep({
  id: 'hold-packages',
  subject: 'node',
  title: () => 'hold the packages of Kubernetes',
  with: z.strictObject({ lockSeconds: z.number() }),
  detect: (_wish, _on: NodeSubject) => ({ packages: packageStates }),

  check: ({ packages }) => {
    const names = loose(packages);
    return names.length === 0 ? satisfied : needed(`hold ${names.join(', ')}`);
  },
  apply: ({ packages }, { lockSeconds }, { node }) => [
    { do: 'exec', on: node, command: holdNames(loose(packages), lockSeconds) },
  ],
  expect: ({ packages }) => {
    const held = loose(packages).flatMap((name) => {
      const state = packages.installed[name];
      return state === undefined ? [] : [[name, { ...state, status: 'hi', held: true }] as const];
    });
    return { packages: { ...packages, installed: { ...packages.installed, ...Object.fromEntries(held) } } };
  },

  explain: {
    why: 'apt-get upgrade would take a kubelet to a version for which its control plane is too old.',
    source: 'kubernetes.io, Installing kubeadm',
    type: ['apt-mark hold kubelet kubeadm kubectl'],
  },
});
