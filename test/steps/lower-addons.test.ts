import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { lowerAddons } from '../../src/steps/lower-addons.ts';
import { pointOf } from './points.ts';
import { bound, kubectlLine, onControlPlane, workload } from './values.ts';

const step = bound(lowerAddons, { version: '1.35.4' }, onControlPlane());
const images = {
  coredns: 'registry.k8s.io/coredns/coredns:v1.13.1',
  'kube-proxy': 'registry.k8s.io/kube-proxy:v1.35.4',
};
const newer = [
  workload('Deployment', 'coredns', 'registry.k8s.io/coredns/coredns:v1.14.2'),
  workload('DaemonSet', 'kube-proxy', 'registry.k8s.io/kube-proxy:v1.36.3'),
];
const points = [pointOf({ images })];

describe('lower-addons', () => {
  it.each([
    [
      'both are newer',
      { points, workloads: newer },
      needed('coredns v1.14.2 → v1.13.1', 'kube-proxy v1.36.3 → v1.35.4'),
    ],
    [
      'one is',
      { points: [pointOf({ images: { coredns: images.coredns } })], workloads: newer },
      needed('coredns v1.14.2 → v1.13.1'),
    ],
    [
      'they never changed',
      { points, workloads: [workload('DaemonSet', 'kube-proxy', images['kube-proxy'])] },
      satisfied,
    ],
    ['the cluster has neither', { points, workloads: [] }, satisfied],
    ['nothing was kept', { points: [], workloads: newer }, satisfied],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('sets the images that were', () => {
    expect(step.typed({ points, workloads: newer })).toEqual([
      `paris-cp1: ${kubectlLine} --namespace=kube-system set image deployment/coredns coredns=${images.coredns}`,
      `paris-cp1: ${kubectlLine} --namespace=kube-system set image daemonset/kube-proxy kube-proxy=${images['kube-proxy']}`,
    ]);
  });
});
