import { describe, expect, it } from 'vitest';
import { diskSpace } from '../../src/gates/disk-space.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, onControlPlane, onWorker } from '../steps/values.ts';

const MiB = 1024 * 1024;
const space = (mount: string, mebibytes: number) => ({
  mount,
  availableBytes: mebibytes * MiB,
  sizeBytes: 50_000 * MiB,
});
const all = ['/', '/var/lib/etcd', '/var/lib/containerd', '/etc/kubernetes'];
const oneDisk = (mebibytes: number, etcd?: number) => ({
  disk: {
    paths: Object.fromEntries(all.map((path) => [path, space('/', mebibytes)])),
    ...(etcd === undefined ? {} : { etcdBytes: etcd * MiB }),
  },
});
const worker = bound(diskSpace, {}, onWorker());
const controlPlane = bound(diskSpace, {}, onControlPlane());
const make = (node: string) =>
  `make room on ${node}: apt-get clean, old copies in /etc/kubernetes/tmp, journalctl --vacuum-size=200M`;

describe('disk-space', () => {
  it.each([
    ['a worker needs room for packages', worker, oneDisk(690), satisfied],
    [
      'a worker has too little',
      worker,
      oneDisk(689),
      blocked(
        'paris-w1: the disk of / has 689 MiB left; the packages, the downloaded packages, the packages kept for the way back, the unpacked kubelet need 690 MiB',
        make('paris-w1'),
      ),
    ],
    // 400 + 100 + 100 + 90 + 700 + (200 + 100) + (2 × 200 + 100)
    ['what shares a disk is added up', controlPlane, oneDisk(2190, 200), satisfied],
    [
      'and compared as a whole',
      controlPlane,
      oneDisk(2189, 200),
      blocked(
        "paris-cp1: the disk of / has 2189 MiB left; the packages, the downloaded packages, the packages kept for the way back, the unpacked kubelet, the images, the etcd snapshot, kubeadm's copies of etcd need 2190 MiB",
        make('paris-cp1'),
      ),
    ],
    [
      'a disk of its own is judged by itself',
      controlPlane,
      {
        disk: {
          paths: { ...oneDisk(5000).disk.paths, '/var/lib/etcd': space('/var/lib/etcd', 299) },
          etcdBytes: 200 * MiB,
        },
      },
      blocked(
        'paris-cp1: the disk of /var/lib/etcd has 299 MiB left; the etcd snapshot need 300 MiB',
        make('paris-cp1'),
      ),
    ],
    ['a path that does not exist lies on /', controlPlane, { disk: { paths: { '/': space('/', 1590) } } }, satisfied],
    [
      'and is not forgotten',
      controlPlane,
      { disk: { paths: { '/': space('/', 1499) } } },
      expect.objectContaining({ kind: 'blocked' }),
    ],
  ])('%s', (_what, step, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
