import { describe, expect, it } from 'vitest';
import { claimHost as command } from '../../src/commands/recovery-host.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { claimHost } from '../../src/steps/claim-host.ts';
import { bareHostSeen } from './recovery-values.ts';
import { restore } from './restore-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(claimHost, { restore }, onWorker());

describe('claim-host', () => {
  it('is written once for each restore', () => {
    const fresh = { host: bareHostSeen({ marks: { '2-2026-11-21-235810-875f': ['host'] } }) };
    expect(step.check(fresh)).toMatchObject({ kind: 'needed' });
    expect(step.typed(fresh)).toEqual([`paris-w1: ${quote(command(`/var/lib/nodeops-etcd/${restore}`).argv)}`]);
    expect(step.check({ host: bareHostSeen({ marks: { [restore]: ['host'] } }) })).toEqual(satisfied);
  });
});
