import { describe, expect, it } from 'vitest';
import { runtimeRoom } from '../../src/gates/runtime-room.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { daemonOf, daemonThere, offers } from '../steps/runtime-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const MiB = 1024 * 1024;
const gate = bound(runtimeRoom, { runtime: '2' }, onWorker());
const disk = (root: number, cache?: number) => ({
  paths: {
    '/': { availableBytes: root * MiB, sizeBytes: 9000 * MiB, mount: '/' },
    ...(cache === undefined
      ? {}
      : { '/var/cache/apt': { availableBytes: cache * MiB, sizeBytes: 900 * MiB, mount: '/var/cache/apt' } }),
  },
});
const make = 'make room on paris-w1: apt-get clean, crictl rmi --prune, journalctl --vacuum-size=200M';

describe('runtime-room', () => {
  it.each([
    ['enough', daemonOf(), disk(430), satisfied],
    [
      'too little of one disk for all of it',
      daemonOf(),
      disk(429),
      blocked('paris-w1: the disk of / has 429 MiB left; the package of containerd needs 430 MiB there', make),
    ],
    ['the archive is elsewhere', daemonOf(), disk(370, 60), satisfied],
    [
      'too little where the archive is',
      daemonOf(),
      disk(370, 59),
      blocked(
        'paris-w1: the disk of /var/cache/apt has 59 MiB left; the package of containerd needs 60 MiB there',
        make,
      ),
    ],
    ['nothing comes', daemonThere(), disk(1), satisfied],
  ])('%s', (_what, daemon, seen, verdict) => expect(gate.check({ daemon, offers, disk: seen })).toEqual(verdict));
});
