import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { holdAgain } from '../../src/steps/hold-again.ts';
import { bound, onWorker } from './values.ts';

const step = bound(holdAgain, { lockSeconds: 300 }, onWorker());
const record = { run: 'r0', unit: 'install-packages-ab-1-1' };
const ended = { ...record, running: false };

describe('hold-again', () => {
  it.each([
    ['nothing is owed', [], [], satisfied],
    ['an install was killed', ['kubectl', 'kubelet'], [ended], needed('hold again: kubectl, kubelet')],
    [
      'it still runs, and holds them itself when it ends',
      ['kubelet'],
      [ended, { ...record, running: true }],
      satisfied,
    ],
  ])('%s', (_what, owed, records, verdict) => expect(step.check({ owed, records })).toEqual(verdict));

  it('holds what is owed, and then owes nothing', () => {
    const typed = step.typed({ owed: ['kubectl', 'kubelet'], records: [] }).join();
    expect(typed).toContain('patiently apt-mark hold kubectl kubelet && rm -f /var/lib/nodeops/holds');
  });
});
