import { describe, expect, it } from 'vitest';
import { removeCopies } from '../../src/commands/cleanup.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { removeOldCopies } from '../../src/steps/remove-old-copies.ts';
import { bound, onWorker } from './values.ts';

const name = 'kubeadm-backup-etcd-2026-11-23-05-30-12';
const kubeadms = { path: `/etc/kubernetes/tmp/${name}`, name, bytes: 3 * 1024 ** 2, changedAt: 1000 };
const ours = { path: '/var/lib/nodeops/asked-1', bytes: 4096, changedAt: 1000 };
const step = (named: string) => bound(removeOldCopies, { named }, onWorker());

describe('remove-old-copies', () => {
  it.each([
    ['it was named', 'tmp/paris-w1', [kubeadms, ours], needed('remove copies of kubeadm: 1, 3 MiB')],
    ['another node was named', 'tmp/paris-w11,pod/a/b', [kubeadms], satisfied],
    ['there are none', 'tmp/paris-w1', [], satisfied],
    // They go by themselves.
    ['only our own are there', 'tmp/paris-w1', [ours], satisfied],
  ])('%s', (_what, named, copies, verdict) => expect(step(named).check({ copies })).toEqual(verdict));

  it('removes by name, and nothing else', () => {
    expect(step('tmp/paris-w1').typed({ copies: [kubeadms, ours] })).toEqual([
      `paris-w1: rm -rf --one-file-system /etc/kubernetes/tmp/${name}/`,
    ]);
    for (const wrong of ['..', 'kubeadm-../..', 'manifests', 'kubeadm-a b'])
      expect(() => removeCopies([wrong])).toThrow(TypeError);
  });
});
