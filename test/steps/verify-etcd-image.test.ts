import { describe, expect, it } from 'vitest';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { verifyEtcdImage } from '../../src/steps/verify-etcd-image.ts';
import { wellEtcd } from './etcd-steps.ts';
import { bound, health, noStaticPods, old, onControlPlane, staticPodsOf, status } from './values.ts';

const step = bound(verifyEtcdImage, { image: 'registry.k8s.io/etcd:3.6.8-0' }, onControlPlane());
const seen = {
  ...wellEtcd,
  unit: runningKubelet,
  pods: staticPodsOf(old),
  status: [status(0, { version: '3.6.8' }), status(1), status(2)],
};
const waits = (text: string) => pending(text, 'look closer: nodeops etcd status');

describe('verify-etcd-image', () => {
  it.each([
    ['back, the others still on the older one', seen, satisfied],
    [
      'the old one still answers',
      { ...seen, status: [status(0), status(1), status(2)] },
      pending('its etcd to be 3.6.8 (it is 3.6.6)'),
    ],
    ['it does not answer', { ...seen, status: [status(1), status(2)] }, pending('its etcd to be 3.6.8 (it is away)')],
    [
      'the old one still answers, beside a kubelet that is gone',
      {
        ...seen,
        status: [status(0), status(1), status(2)],
        unit: { ...runningKubelet, active: false, subState: 'dead' },
      },
      pending('its etcd to be 3.6.8 (it is 3.6.6); its kubelet, which is to start it, does not run (dead)'),
    ],
    [
      'another member is ill',
      { ...seen, health: [health(0), health(1, false), health(2)] },
      waits('etcd member paris-cp2 is not healthy: context deadline exceeded'),
    ],
    ['no etcd on this node', { ...seen, pods: noStaticPods }, satisfied],
  ])('%s', (_what, now, verdict) => expect(step.check(now)).toEqual(verdict));
});
