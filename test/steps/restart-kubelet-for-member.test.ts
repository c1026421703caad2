import { describe, expect, it } from 'vitest';
import { restartKubeletForMember as restart } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { withReached } from '../../src/facts/etcd-on-node.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { restartKubeletForMember } from '../../src/steps/restart-kubelet-for-member.ts';
import { onLost, replacement, stages } from './replacing-values.ts';
import { bound } from './values.ts';

const step = bound(restartKubeletForMember, { replacement }, onLost);
const unit = { active: true, subState: 'running', needsReload: false, result: 'success' };
const { there } = stages.promoted;

describe('restart-kubelet-for-member', () => {
  it('leaves a kubelet alone whose API server is back', () =>
    expect(step.check({ ...stages.promoted, unit, api: { ready: true, detail: 'ok' } })).toEqual(satisfied));

  it('restarts it once where it is not, and then waits for the kubelet', () => {
    const seen = { ...stages.promoted, unit, api: { ready: false, detail: 'refused' } };
    expect(step.check(seen).kind).toBe('needed');
    expect(step.typed(seen)).toEqual([`paris-cp2: ${quote(restart(replacement).argv)}`]);
    const once = { ...seen, there: withReached(there, replacement, 'kubelet') };
    expect(step.check(once)).toEqual(satisfied);
    expect(step.check({ ...once, unit: { ...unit, active: false, subState: 'auto-restart' } })).toMatchObject({
      waitingFor: 'the kubelet of paris-cp2 to run (auto-restart)',
    });
  });

  it('touches nothing while another member is away', () => {
    const health = stages.promoted.health.map((each, index) => (index === 0 ? { ...each, healthy: false } : each));
    expect(step.check({ ...stages.promoted, health, unit, api: { ready: false, detail: 'refused' } })).toMatchObject({
      kind: 'pending',
      waitingFor: expect.stringContaining('paris-cp1 is not healthy'),
    });
  });
});
