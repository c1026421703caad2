import { describe, expect, it } from 'vitest';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { verifyBackupHooks } from '../../src/steps/verify-backup-hooks.ts';
import { bound, onCluster } from './values.ts';

const step = bound(verifyBackupHooks, { run: 'r1', hook: { name: 'shop-db' } }, onCluster);
const record = (id: string, ...failedHooks: readonly { hook: string; trouble: string }[]) => ({
  id,
  ageMs: 0,
  places: ['/backup'],
  tidied: true,
  verified: false,
  failedHooks,
});
const shop = { hook: 'shop-db', trouble: 'rc 3: refused' };
const velero = { hook: 'velero', trouble: 'rc 127' };

describe('verify-backup-hooks', () => {
  it.each([
    ['nothing is stored', [], pending('the backup to be stored')],
    ['only another run’s backup is', [record('r0')], pending('the backup to be stored')],
    ['it ended well', [record('r1')], satisfied],
    ['another one failed', [record('r1', velero)], satisfied],
    ['it failed', [record('r1', shop)], pending('the hook shop-db failed: rc 3: refused')],
    [
      'several failed',
      [record('r1', velero, shop)],
      pending('the hook velero failed: rc 127\nthe hook shop-db failed: rc 3: refused'),
    ],
  ])('%s', (_what, records, verdict) => expect(step.check({ records })).toEqual(verdict));

  it('is not waited for: what failed stays so', () => expect(step.limits.pendingMs).toBe(0));
});
