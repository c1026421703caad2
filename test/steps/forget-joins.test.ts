import { describe, expect, it } from 'vitest';
import { forgetJoins as command } from '../../src/commands/kubeadm-join.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { forgetJoins } from '../../src/steps/forget-joins.ts';
import { bareHostSeen } from './recovery-values.ts';
import { restore } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(forgetJoins, { restore }, onControlPlane());
const own = `${restore}/join-paris-w1.yaml`;
const another = '9-2026-11-20-000000-0000/join-paris-w1.yaml';

describe('forget-joins', () => {
  it('deletes the tokens of this restore, also those that a killed run has left', () => {
    const seen = { host: bareHostSeen({ joins: [own, another] }) };
    expect(step.check(seen)).toEqual({ kind: 'needed', changes: [`delete the token of ${own}`] });
    expect(step.typed(seen)).toEqual([`paris-cp1: ${quote(command(`/var/lib/nodeops-etcd/${restore}`).argv)}`]);
    expect(step.expect(seen)).toMatchObject({ host: { joins: [another] } });
    expect(step.check({ host: bareHostSeen({ joins: [another] }) })).toEqual(satisfied);
  });
});
