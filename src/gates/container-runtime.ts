import { z } from 'zod';
import { containerRuntime as runtimeFact } from '../facts/container-runtime.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';
import { listedInstead } from './runtime-support.ts';

const troubles = (on: NodeSubject, installed: string, target: string): readonly Trouble[] => {
  const listed = listedInstead(installed, target);
  if (listed === undefined) return [];
  return [
    {
      because: `${on.node}: containerd ${installed}; Kubernetes ${target} lists ${listed}`,
      fix: 'one drained node at a time, and told before what breaks: nodeops runtime upgrade --to 2 --dry-run',
    },
  ];
};

/** The container runtime is one that the target lists. It warns, as kubeadm does. */
export const containerRuntime = defineStep({
  id: 'container-runtime',
  subject: 'node',
  title: () => 'container runtime',
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ runtime: runtimeFact }),
  check: ({ runtime }, { version }, on) => judged([], troubles(on, runtime.version, version)),

  foreseen: true,
  waivable: true,
  explain: {
    why: 'A kubelet drops old runtimes at some minor, and then does not start.',
    source: 'containerd.io, Kubernetes support; kubernetes.io, Container runtimes',
    type: ['containerd --version', 'ctr deprecations list'],
  },
});
