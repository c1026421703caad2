import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { forgetJoinSecrets } from '../../src/steps/forget-join-secrets.ts';
import { newHostSeen } from './new-host-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(forgetJoinSecrets, {}, onControlPlane());

describe('forget-join-secrets', () => {
  it('deletes what was made for this cluster', () => {
    const seen = { host: newHostSeen({ joins: ['paris/join-paris-w1.yaml', 'oslo/join-oslo-w1.yaml'] }) };
    expect(step.check(seen)).toEqual({ kind: 'needed', changes: ['delete the token of paris/join-paris-w1.yaml'] });
    const typed = step.typed(seen).join();
    expect(typed).toContain('drop kubeadm-certs');
    expect(typed).toContain('forget-joins /var/lib/nodeops-host/paris');
  });

  it('has nothing to do where nothing is left', () =>
    expect(step.check({ host: newHostSeen({ joins: ['oslo/join-oslo-w1.yaml'] }) })).toEqual(satisfied));
});
