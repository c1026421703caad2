import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { claimNewHost } from '../../src/steps/claim-new-host.ts';
import { newHostSeen } from './new-host-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(claimNewHost, {}, onWorker());

describe('claim-new-host', () => {
  it('is written once for each cluster', () => {
    const other = { host: newHostSeen({ marks: { oslo: ['host'] } }) };
    expect(step.check(other)).toEqual({ kind: 'needed', changes: ['it belongs to paris from now on'] });
    expect(step.typed(other).join()).toContain('claim-host /var/lib/nodeops-host/paris');
    expect(step.check({ host: newHostSeen({ marks: { paris: ['host'] } }) })).toEqual(satisfied);
  });
});
