import { describe, expect, it } from 'vitest';
import { aptLock } from '../../src/gates/apt-lock.ts';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const step = bound(aptLock, { lockSeconds: 120 }, onWorker());
const fix = (pids: string): string =>
  `let it finish, or stop it on paris-w1 (ps -fp ${pids}); a longer wait is apt: { lockTimeout: 15m } in the inventory`;
const holder = (pid: number, command: string) => ({ pid, command, file: '/var/lib/dpkg/lock-frontend' });

describe('apt-lock', () => {
  it.each([
    ['free', { held: false, holders: [] }, satisfied],
    [
      'held',
      { held: true, holders: [holder(7, 'apt-get install vim')] },
      pending("apt's lock, held by apt-get install vim (7)", fix('7')),
    ],
    [
      'held by two',
      { held: true, holders: [holder(7, 'unattended-upgr'), holder(9, 'dpkg')] },
      pending("apt's lock, held by unattended-upgr (7), dpkg (9)", fix('7,9')),
    ],
  ])('%s', (_what, lock, verdict) => expect(step.check({ lock })).toEqual(verdict));

  it('waits as long as an installation would', () => expect(step.limits.pendingMs).toBe(120_000));
});
