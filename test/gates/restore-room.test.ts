import { describe, expect, it } from 'vitest';
import { restoreRoom } from '../../src/gates/restore-room.ts';
import { blocksOf, satisfied } from '../../src/model/verdict.ts';
import { cameTo, restore, untouched } from '../steps/restore-values.ts';
import { bound, onControlPlane } from '../steps/values.ts';

const MiB = 1024 * 1024;
/** A snapshot of 100 MiB: 132 with etcdutl, 292 for the data made of it. */
const step = bound(restoreRoom, { restore, bytes: 100 * MiB }, onControlPlane());
const room = (state: number, data: number, apart: boolean, seen = untouched) => ({
  restores: {
    ...seen,
    room: {
      state: { fileSystem: '/dev/sda1', availableBytes: state * MiB },
      data: { fileSystem: apart ? '/dev/sdb1' : '/dev/sda1', availableBytes: data * MiB },
    },
  },
});
const told = (seen: ReturnType<typeof room>): readonly string[] => {
  const verdict = step.check(seen);
  return verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : [];
};

describe('restore-room', () => {
  it.each([
    ['both on one disk, room enough', room(424, 424, false)],
    ['each on its own', room(132, 292, true)],
    ['what is there already needs no room', room(292, 292, false, cameTo('staged'))],
    ['nor do data that are made', room(0, 0, true, cameTo('staged', 'restored'))],
  ])('passes: %s', (_what, seen) => expect(step.check(seen)).toEqual(satisfied));

  it('adds up what shares a disk', () =>
    expect(told(room(423, 423, false))).toEqual([
      'paris-cp1: /var/lib has 423 MiB left; the restore needs 424 MiB there',
    ]));

  it('tells each disk that is too small', () =>
    expect(told(room(131, 291, true))).toEqual([
      'paris-cp1: /var/lib has 131 MiB left; the restore needs 132 MiB there',
      'paris-cp1: /var/lib/etcd has 291 MiB left; the restore needs 292 MiB there',
    ]));
});
