import { describe, expect, it } from 'vitest';
import { handEdits } from '../../src/gates/hand-edits.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, old, onControlPlane, onWorker, staticPodsOf } from '../steps/values.ts';

const gate = bound(handEdits, {}, onControlPlane());
const edits = (kubeadm: string, differences: Readonly<Record<string, string>>) => ({ kubeadm, differences });
const pods = staticPodsOf(old);
const difference = '--- a\n+++ b\n+ - --v=1\n';

describe('hand-edits', () => {
  it.each([
    ['as kubeadm wrote them', gate, { pods, edits: edits(old, {}) }, satisfied],
    [
      'edited',
      gate,
      { pods, edits: edits(old, { 'kube-scheduler': difference }) },
      judged(
        [
          {
            because:
              'paris-cp1: the manifest of kube-scheduler was edited by hand, and the upgrade writes it anew:\n--- a\n+++ b\n+ - --v=1',
            fix: 'put it into kubeadm-config (extraArgs, extraVolumes) or into a patch, `kubeadm: { patches: /etc/kubernetes/patches }` in the inventory; or accept that it goes',
          },
        ],
        [],
      ),
    ],
    [
      'the new kubeadm is there already: it would write another version',
      gate,
      { pods, edits: edits('1.36.3', { 'kube-scheduler': difference }) },
      satisfied,
    ],
    ['no kubeadm', gate, { pods }, satisfied],
    ['a worker', bound(handEdits, {}, onWorker()), { pods, edits: edits(old, { x: 'y' }) }, satisfied],
  ])('%s', (_what, step, facts, verdict) => expect(step.check(facts)).toEqual(verdict));

  it('asks with the patches of the inventory', () => {
    const on = onControlPlane('paris-cp1', { ignorePreflightErrors: [], patches: '/etc/kubernetes/patches' });
    const { edits: fact } = handEdits.bind({}, on).facts;
    expect(fact?.key).toBe('hand-edits /etc/kubernetes/patches');
  });
});
