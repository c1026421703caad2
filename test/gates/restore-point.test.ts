import { describe, expect, it } from 'vitest';
import { restorePoint } from '../../src/gates/restore-point.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { pointOf } from '../steps/points.ts';
import { bound, noStaticPods, onControlPlane, packagesOf, staticPodsOf } from '../steps/values.ts';

const step = bound(restorePoint, { version: '1.35.4' }, onControlPlane());
const fix =
  'go on instead: nodeops upgrade; or restore the snapshot of etcd that the upgrade took (kubernetes.io, "Operating etcd clusters")';
const seen = { points: [], packages: packagesOf('1.35.4'), pods: staticPodsOf('1.35.4') };

describe('restore-point', () => {
  it.each([
    ['kept', { ...seen, points: [pointOf()], pods: staticPodsOf('1.36.3') }, satisfied],
    ['never left the version', seen, satisfied],
    ['a worker that never did', { ...seen, pods: noStaticPods }, satisfied],
    [
      'left it without keeping anything',
      { ...seen, packages: packagesOf('1.36.3'), pods: noStaticPods },
      blocked('paris-cp1 kept nothing of 1.35.4, and its kubeadm, kubelet went to another version', fix),
    ],
    [
      'kept something of another version',
      { ...seen, points: [pointOf({ from: '1.34.4' })], pods: staticPodsOf('1.36.3') },
      blocked(
        'paris-cp1 kept nothing of 1.35.4, and its kube-apiserver, kube-controller-manager, kube-scheduler went to another version',
        fix,
      ),
    ],
  ])('%s', (_what, given, verdict) => expect(step.check(given)).toEqual(verdict));
});
