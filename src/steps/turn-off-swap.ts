import { z } from 'zod';
import { turnOffSwap as turnOff } from '../commands/new-host.ts';
import { newHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** No swap, unless kubeadm is told to put up with it (`ignorePreflightErrors: [Swap]`). */
export const turnOffSwap = defineStep({
  id: 'turn-off-swap',
  subject: 'node',
  title: () => 'no swap',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host: { swap, fstabSwap } }, _wish, { kubeadm: { ignorePreflightErrors: ignored } }) => {
    if (ignored.some((each) => ['swap', 'all'].includes(each.toLowerCase()))) return satisfied;
    const changes = [
      ...swap.map((each) => `swapoff ${each}`),
      ...fstabSwap.map((each) => `/etc/fstab: ${each} becomes a comment`),
    ];
    return changes.length === 0 ? satisfied : needed(...changes);
  },
  apply: (_seen, _wish, { node }) => [{ do: 'exec', on: node, command: turnOff }],
  expect: ({ host }) => ({ host: { ...host, swap: [], fstabSwap: [] } }),

  explain: {
    why: 'A kubelet does not start on a host with swap, unless its configuration says how that is to be used.',
    source: 'kubernetes.io, Installing kubeadm, "Swap configuration"',
    type: ['swapoff --all', "sed -i '/ swap /s/^/#/' /etc/fstab"],
  },
});
