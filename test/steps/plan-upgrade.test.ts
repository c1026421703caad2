import { describe, expect, it } from 'vitest';
import { planUpgrade } from '../../src/steps/plan-upgrade.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { bound, kubeadmConfigOf, old, onControlPlane, staticPodsOf, target } from './values.ts';

const step = bound(planUpgrade, { version: target, run: 'r1' }, onControlPlane());
const before = { pods: staticPodsOf(old), config: kubeadmConfigOf(old), records: [] };
const record = (run: string, exit: number, version = target) => ({
  run,
  unit: 'plan-upgrade-ab-1-1',
  line: `kubeadm upgrade plan v${version}`,
  exit,
});
const examines = needed('kubeadm examines the way to 1.36.3');

describe('plan-upgrade', () => {
  it.each([
    ['before', before, examines],
    ['done in this run', { ...before, records: [record('r1', 0)] }, satisfied],
    ['done in another run: much may have happened since', { ...before, records: [record('r0', 0)] }, examines],
    ['refused in this run', { ...before, records: [record('r1', 1)] }, examines],
    ['done for another version', { ...before, records: [record('r1', 0, '1.36.1')] }, examines],
    ['the way is behind us', { pods: staticPodsOf(target), config: kubeadmConfigOf(target), records: [] }, satisfied],
    ['half of it is', { ...before, pods: staticPodsOf(target) }, examines],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('types what a person would', () => {
    expect(step.typed(before)).toEqual(['paris-cp1: kubeadm upgrade plan v1.36.3']);
  });
});
