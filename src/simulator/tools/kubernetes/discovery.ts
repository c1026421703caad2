import { createHash } from 'node:crypto';
import { SimulatorGap } from '../../gap.ts';
import { servedTypes } from '../../cluster/served-types.ts';
import type { Objects } from '../../world/world.ts';
import { resourceOfKind } from './resources.ts';

interface Type {
  readonly groupVersion: string;
  readonly name: string;
  readonly kind: string;
  readonly storedIn: string;
  readonly namespaced: boolean;
}

const readType = (line: string): Type => {
  const [groupVersion = '', name = '', kind = '', storedIn = '', scope = ''] = line.split(' ');
  return { groupVersion, name, kind, storedIn, namespaced: scope === 'namespaced' };
};

const read = new Map<string, readonly Type[]>();

/** What an API server of a minor serves by default. @throws SimulatorGap for a minor that nobody recorded. */
const typesOf = (version: string): readonly Type[] => {
  const minor = version.replace(/\.\d+$/, '');
  const known = read.get(minor);
  if (known !== undefined) return known;
  const lines = servedTypes[minor];
  if (lines === undefined) throw new SimulatorGap(`what kube-apiserver ${version} serves`);
  const types = lines.map(readType).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  read.set(minor, types);
  return types;
};

const split = (groupVersion: string): readonly [string, string] => {
  const [version = '', group = ''] = groupVersion.split('/').toReversed();
  return [group, version];
};

/** `core/v1` where it is stored in that group and not its own. k8s.io/apiserver, endpoints/discovery/storageversionhash.go. */
const hash = (group: string, storedIn: string, kind: string): string =>
  createHash('sha256')
    .update([...(storedIn.includes('/') ? ['', storedIn.replace('core/', '')] : [group, storedIn]), kind].join('/'))
    .digest()
    .subarray(0, 8)
    .toString('base64');

const services = (types: readonly Type[]): object => ({
  kind: 'APIServiceList',
  apiVersion: 'apiregistration.k8s.io/v1',
  metadata: { resourceVersion: '1' },
  items: [...new Set(types.map(({ groupVersion }) => groupVersion))].toSorted().map((groupVersion) => {
    const [group, version] = split(groupVersion);
    return {
      metadata: { name: `${version}.${group}`, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { ...(group === '' ? {} : { group }), version },
    };
  }),
});

const documentOf = (types: readonly Type[], groupVersion: string): object | undefined => {
  const [group] = split(groupVersion);
  const found = types.filter((type) => type.groupVersion === groupVersion);
  if (found.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: found.map(({ name, kind, storedIn, namespaced }) => ({
      name,
      namespaced,
      kind,
      ...(storedIn === '-' ? {} : { storageVersionHash: hash(group, storedIn, kind) }),
    })),
  };
};

/** The first objects of a type; none of a type that the simulator has no objects of. */
const listOf = (objects: Objects, { groupVersion, kind }: Type, limit: number): object => {
  const all = resourceOfKind(groupVersion, kind) === undefined ? [] : objects.list(kind);
  const remaining = all.length - limit;
  return {
    kind: `${kind}List`,
    apiVersion: groupVersion,
    metadata: {
      resourceVersion: String(objects.revision),
      ...(remaining > 0 ? { remainingItemCount: remaining } : {}),
    },
    items: all.slice(0, limit),
  };
};

/**
 * What an API server says below `/api` and `/apis` of itself, and of its objects; undefined for what it does not serve.
 * Of each type name, kind, scope and the version in which it is stored, recorded on the lab; verbs and short names are
 * left out.
 */
export const discovered = (version: string, objects: Objects, path: string): object | undefined => {
  const types = typesOf(version);
  const [bare = '', query = ''] = path.split('?', 2);
  if (bare === '/apis/apiregistration.k8s.io/v1/apiservices') {
    if (decodeURIComponent(query) !== 'labelSelector=kube-aggregator.kubernetes.io/automanaged=onstart')
      throw new SimulatorGap(`kubectl get --raw ${path}`);
    return services(types);
  }
  const [, groupVersion = '', resource] =
    /^\/api\/(v1)(?:\/([a-z]+))?$/.exec(bare) ?? /^\/apis\/([^/]+\/[^/]+)(?:\/([a-z]+))?$/.exec(bare) ?? [];
  if (resource === undefined) return documentOf(types, groupVersion);
  const type = types.find((each) => each.groupVersion === groupVersion && each.name === resource);
  const limit = /^limit=(\d+)$/.exec(query)?.[1];
  if (type === undefined || limit === undefined) throw new SimulatorGap(`kubectl get --raw ${path}`);
  return listOf(objects, type, Number(limit));
};
