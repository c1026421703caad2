import { describe, expect, it } from 'vitest';
import { keepRestorePoint as keep } from '../../src/commands/restore-point.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { keepRestorePoint } from '../../src/steps/keep-restore-point.ts';
import { pointOf } from './points.ts';
import { bound, noStaticPods, onControlPlane, onWorker, packagesOf, repositoryOf, staticPodsOf } from './values.ts';

const wish = { run: 'r2', version: '1.36.3' };
const step = bound(keepRestorePoint, wish, onControlPlane());
const before = {
  points: [],
  packages: packagesOf('1.35.4'),
  pods: staticPodsOf('1.35.4'),
  repository: repositoryOf('1.35'),
};
const todo = needed('keep files, packages and holds');

describe('keep-restore-point', () => {
  it.each([
    ['nothing was begun', before, todo],
    ['another run kept one, and the node went back since', { ...before, points: [pointOf()] }, todo],
    ['this run kept one', { ...before, points: [pointOf({ run: 'r2' })] }, satisfied],
    ['this run kept one for another hop', { ...before, points: [pointOf({ run: 'r2', to: '1.35.9' })] }, todo],
    [
      'packages are there already: nothing to go back to is left',
      { ...before, packages: packagesOf('1.36.3') },
      satisfied,
    ],
    ['a static pod is', { ...before, pods: staticPodsOf('1.36.3') }, satisfied],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('keeps what is of the API on a control plane only', () => {
    const sources = ['/etc/apt/sources.list.d/kubernetes.list'];
    const packages = ['kubeadm', 'kubelet', 'kubectl'].map((name) => ({ name, version: '1.35.4-1.1' }));
    const common = { run: 'r2', from: '1.35.4', to: '1.36.3', sources, packages };
    const { apiServer } = before.pods;
    expect(apiServer).toBe('https://172.31.0.11:6443');
    expect(step.typed(before)).toEqual([
      `paris-cp1: ${quote(keep({ ...common, controlPlane: true, apiServer }).argv)}`,
    ]);
    const worker = bound(keepRestorePoint, wish, onWorker());
    expect(worker.typed({ ...before, pods: noStaticPods })).toEqual([
      `paris-w1: ${quote(keep({ ...common, controlPlane: false }).argv)}`,
    ]);
  });
});
