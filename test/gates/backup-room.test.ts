import { describe, expect, it } from 'vitest';
import { backupRoom } from '../../src/gates/backup-room.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, onControlPlane, onWorker } from '../steps/values.ts';

const MiB = 1024 * 1024;
/** A disk of 10,000 MiB: the kubelet evicts below 1,000. */
const seen = (free: number, etcd = 0) => ({
  disk: {
    paths: { '/var': { mount: '/', availableBytes: free * MiB, sizeBytes: 10_000 * MiB } },
    etcdBytes: etcd * MiB,
  },
});
const refused = (node: string, free: number, needs: number, stay: number) =>
  blocked(
    `${node}: the disk of / has ${free} MiB left; the backup needs ${needs} MiB there for a while, and ${stay} MiB have to stay free for the kubelet`,
    `make room on ${node}: old copies in /etc/kubernetes/tmp, apt-get clean, journalctl --vacuum-size=200M`,
  );

describe('backup-room', () => {
  const controlPlane = bound(backupRoom, {}, onControlPlane());
  const worker = bound(backupRoom, {}, onWorker());
  it.each([
    ['room enough', controlPlane, seen(1564, 500), satisfied],
    ['it would make the kubelet evict', controlPlane, seen(1563, 500), refused('paris-cp1', 1563, 564, 1000)],
    ['a worker has no etcd to save', worker, seen(1064, 500), satisfied],
    ['the kubelet evicts already: a backup that fits is still wanted', controlPlane, seen(900, 500), satisfied],
    ['it does not even fit', controlPlane, seen(563, 500), refused('paris-cp1', 563, 564, 0)],
    [
      'objects as text take as much again',
      bound(backupRoom, { objects: true }, onControlPlane()),
      seen(1564, 500),
      refused('paris-cp1', 1564, 1064, 1000),
    ],
  ])('%s', (_what, step, disk, verdict) => expect(step.check(disk)).toEqual(verdict));
});
