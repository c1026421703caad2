import { describe, expect, it } from 'vitest';
import type { NewerObjects } from '../../src/facts/newer-objects.ts';
import { newerObjectsGate } from '../../src/gates/newer-objects.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { pointOf } from '../steps/points.ts';
import { bound, onControlPlane } from '../steps/values.ts';

const step = bound(newerObjectsGate, { version: '1.35.4' }, onControlPlane());
const policies: NewerObjects = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'mutatingadmissionpolicies',
  names: ['sidecars'],
  count: 1,
};
const workloads: NewerObjects = {
  group: 'scheduling.k8s.io',
  version: 'v1alpha2',
  resource: 'workloads',
  storedAs: 'v1alpha2',
  names: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `default/${name}`),
  count: 240,
};
const unused = {
  because:
    "1.35.4 does not serve mutatingadmissionpolicies.admissionregistration.k8s.io: sidecars will have no effect, and stay in etcd out of everybody's reach",
  fix: 'keep a copy and delete them: kubectl get mutatingadmissionpolicies.v1.admissionregistration.k8s.io --all-namespaces --output=yaml > mutatingadmissionpolicies.yaml && kubectl delete --filename=mutatingadmissionpolicies.yaml',
};
const undecodable = {
  because:
    '1.35.4 serves workloads.scheduling.k8s.io, but not in the version in which they are stored now (scheduling.k8s.io/v1alpha2): it could list none of them, for default/a, default/b, default/c, default/d, default/e and 235 more',
  fix: 'keep a copy and delete them: kubectl get workloads.v1alpha2.scheduling.k8s.io --all-namespaces --output=yaml > workloads.yaml && kubectl delete --filename=workloads.yaml',
};
const unknown = {
  because: 'paris-cp1 did not keep what the API server of 1.35.4 served: whether it can read everything is not known',
  fix: 'compare by hand what is new: https://kubernetes.io/docs/reference/using-api/deprecation-guide/, and the release notes of what came after 1.35.4',
};

describe('newer-objects', () => {
  it.each([
    ['nothing is new', [], satisfied],
    ['what only lies idle is told', [policies], judged([], [unused])],
    ['what could not be read stops it', [policies, workloads], judged([undecodable], [unused])],
    ['it was not kept', undefined, judged([], [unknown])],
  ])('%s', (_what, objects, verdict) => expect(step.check({ objects, points: [pointOf()] })).toEqual(verdict));

  it('has nothing to say of a node that never left the version', () =>
    expect(step.check({ points: [] })).toEqual(satisfied));
});
