import { describe, expect, it } from 'vitest';
import { newerTypes, storageVersionHash } from '../../src/facts/newer-types.ts';
import type { ServedType } from '../../src/facts/served-apis.ts';

const group = 'scheduling.k8s.io';
const workloads = (version: string, stored: string): ServedType => ({
  group,
  version,
  resource: 'workloads',
  kind: 'Workload',
  storedAs: storageVersionHash(group, stored, 'Workload'),
});
const pods: ServedType = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', storedAs: 'xPOwRZ+Yhw8=' };

describe('what an API server knows that an older one does not', () => {
  it.each<[string, readonly ServedType[], readonly ServedType[], ReturnType<typeof newerTypes>]>([
    ['nothing', [pods], [pods], []],
    [
      'a type of its own',
      [pods, workloads('v1alpha2', 'v1alpha2')],
      [pods],
      [{ group, version: 'v1alpha2', resource: 'workloads' }],
    ],
    ['one more version, stored as before', [workloads('v1', 'v1beta1')], [workloads('v1beta1', 'v1beta1')], []],
    [
      'stored in a version that the older one serves beside its own',
      [workloads('v1', 'v1')],
      [workloads('v1beta1', 'v1beta1'), workloads('v1', 'v1beta1')],
      [],
    ],
    [
      'stored in a version that the older one does not serve',
      [workloads('v1alpha2', 'v1alpha2')],
      [workloads('v1alpha1', 'v1alpha1')],
      [{ group, version: 'v1alpha2', resource: 'workloads', storedAs: 'v1alpha2' }],
    ],
    [
      'stored in a version that neither serves',
      [workloads('v1', 'v1beta9')],
      [workloads('v1alpha1', 'v1alpha1')],
      [{ group, version: 'v1', resource: 'workloads', storedAs: '' }],
    ],
    ['a type that only the older one has', [pods], [pods, workloads('v1alpha1', 'v1alpha1')], []],
    [
      'the same name in another group',
      [pods, { ...pods, group: 'other.k8s.io' }],
      [pods],
      [{ group: 'other.k8s.io', version: 'v1', resource: 'pods' }],
    ],
  ])('%s', (_what, now, then, newer) => expect(newerTypes(now, then)).toEqual(newer));

  it('knows how Kubernetes hashes a stored version', () =>
    expect(storageVersionHash('', 'v1', 'Pod')).toBe(pods.storedAs));
});
