import { z } from 'zod';
import { kubernetesSource, offerPackages as offer, sourceLine } from '../commands/new-host.ts';
import { offeredPackages } from '../facts/offered-packages.ts';
import { packageRepository } from '../facts/package-repository.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { minorOf } from '../model/version.ts';
import { defineStep } from './step.ts';

const names = ['kubeadm', 'kubelet', 'kubectl'] as const;

/** A host without a source of Kubernetes packages gets that of the cluster's minor, with its key. */
export const offerPackages = defineStep({
  id: 'offer-packages',
  subject: 'node',
  title: ({ version }) => `a source of the packages of v${minorOf(version)}`,
  with: z.strictObject({ version: z.string(), packageSource: z.string(), lockSeconds: z.number() }),
  detect: ({ version }, _on: NodeSubject) => ({
    repository: packageRepository,
    offered: offeredPackages(minorOf(version)),
  }),
  // There is nothing that could be asked as long as there is no source.
  optional: ['offered'],

  check: ({ repository }, { version, packageSource }) =>
    repository.entries.some(({ enabled }) => enabled)
      ? satisfied
      : needed(`${kubernetesSource}: ${sourceLine(packageSource, minorOf(version)).trim()}`),
  apply: (_seen, { version, packageSource, lockSeconds }, { node }) => [
    { do: 'exec', on: node, command: offer(packageSource, minorOf(version), lockSeconds) },
  ],
  expect: (_seen, { version, packageSource }) => {
    const minor = minorOf(version);
    const text = sourceLine(packageSource, minor);
    const entry = {
      file: kubernetesSource,
      line: 1,
      format: 'list' as const,
      enabled: true,
      uri: `${packageSource}/v${minor}/deb/`,
      suite: '/',
      minor,
      legacy: false,
    };
    return {
      repository: { files: { [kubernetesSource]: text }, entries: [entry] },
      // Which packaging of the version it has is seen once it can be asked.
      offered: { minor, offers: Object.fromEntries(names.map((name) => [name, [`${version}-1.1`]])) },
    };
  },

  explain: {
    why: 'Each minor has a repository of its own; apt believes only what its key has signed.',
    source: 'kubernetes.io, Installing kubeadm, "Installing kubeadm, kubelet and kubectl"',
    type: [
      'curl -fsSL https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key | gpg --dearmor -o /etc/apt/keyrings/kubernetes-apt-keyring.gpg',
      "echo 'deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /' > /etc/apt/sources.list.d/kubernetes.list",
      'apt-get update',
    ],
  },
});
