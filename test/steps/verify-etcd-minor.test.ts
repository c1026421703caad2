import { describe, expect, it } from 'vitest';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { verifyEtcdMinor } from '../../src/steps/verify-etcd-minor.ts';
import { wellEtcd } from './etcd-steps.ts';
import { bound, health, noStaticPods, old, onControlPlane, staticPodsOf, status } from './values.ts';

const step = bound(verifyEtcdMinor, { minor: '3.5' }, onControlPlane());
const seen = {
  ...wellEtcd,
  unit: runningKubelet,
  pods: staticPodsOf(old),
  status: [status(0, { version: '3.5.33' }), status(1), status(2)],
};

describe('verify-etcd-minor', () => {
  it.each([
    ['back, the others still on the newer one', seen, satisfied],
    [
      'the newer one still answers',
      { ...seen, status: [status(0), status(1), status(2)] },
      pending('its etcd to be 3.5 (it is 3.6.6)'),
    ],
    ['it does not answer', { ...seen, status: [status(1), status(2)] }, pending('its etcd to be 3.5 (it is away)')],
    [
      'another member is ill',
      { ...seen, health: [health(0), health(1, false), health(2)] },
      pending('etcd member paris-cp2 is not healthy: context deadline exceeded', 'look closer: nodeops etcd status'),
    ],
    ['no etcd on this node', { ...seen, pods: noStaticPods }, satisfied],
  ])('%s', (_what, now, verdict) => expect(step.check(now)).toEqual(verdict));
});
