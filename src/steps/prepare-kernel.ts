import { z } from 'zod';
import { prepareKernel as prepare } from '../commands/new-host.ts';
import { isMarked, markedAs, newHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Modules and settings of the kernel that pods' networks need, also after the next start. */
export const prepareKernel = defineStep({
  id: 'prepare-kernel',
  subject: 'node',
  title: () => 'kernel modules and settings for pods’ networks',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host }, _wish, { cluster }) =>
    isMarked(host, cluster, 'kernel') && host.forwards
      ? satisfied
      : needed('overlay, br_netfilter', 'net.ipv4.ip_forward = 1'),
  apply: (_seen, _wish, { node, cluster }) => [{ do: 'exec', on: node, command: prepare(cluster) }],
  expect: ({ host }, _wish, { cluster }) => ({ host: { ...markedAs(host, cluster, 'kernel'), forwards: true } }),

  explain: {
    why: 'A node passes on its pods’ packets; kubeadm refuses a host that does not.',
    source: 'kubernetes.io, Container Runtimes, "Network configuration"',
    type: [
      "printf 'overlay\\nbr_netfilter\\n' > /etc/modules-load.d/kubernetes.conf; modprobe overlay; modprobe br_netfilter",
      "echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/99-kubernetes.conf; sysctl --system",
    ],
  },
});
