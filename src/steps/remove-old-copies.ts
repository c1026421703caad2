import { z } from 'zod';
import { removeCopies } from '../commands/cleanup.ts';
import { oldCopies, type OldCopy } from '../facts/old-copies.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const isNamed = (named: string, { node }: NodeSubject): boolean => named.split(',').includes(`tmp/${node}`);

/** Those that kubeadm made. What questions of ours left goes by itself (prune-records). */
const removable = (copies: readonly OldCopy[]): readonly string[] => copies.flatMap(({ name }) => name ?? []);

const mebibytes = (copies: readonly OldCopy[]): string =>
  `${Math.ceil(copies.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 ** 2)} MiB`;

/** Copies that kubeadm made of manifests, etcd's data and certificates at each upgrade, and never removes. */
export const removeOldCopies = defineStep({
  id: 'remove-old-copies',
  subject: 'node',
  title: (_wish, on: NodeSubject) => `copies of kubeadm on ${on.node} are gone, where it was named`,
  with: z.strictObject({ named: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ copies: oldCopies }),

  check: ({ copies }, { named }, on) => {
    const ours = copies.filter(({ name }) => name !== undefined);
    return !isNamed(named, on) || ours.length === 0
      ? satisfied
      : needed(`remove copies of kubeadm: ${ours.length}, ${mebibytes(ours)}`);
  },
  apply: ({ copies }, _wish, on) => [{ do: 'exec', on: on.node, command: removeCopies(removable(copies)) }],
  expect: ({ copies }, { named }, on) => ({
    copies: isNamed(named, on) ? copies.filter(({ name }) => name === undefined) : copies,
  }),

  quiet: true,
  explain: {
    why: 'kubeadm copies manifests and all of etcd’s data before an upgrade, for a way back; nobody removes the copies.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Recovering from a failure state"',
    type: ['du -sh /etc/kubernetes/tmp/*', 'rm -rf /etc/kubernetes/tmp/kubeadm-*'],
  },
});
