import type { MovablePod } from '../facts/movable-pods.ts';

/** What brings a pod back: its controller, and the Deployment behind a ReplicaSet. */
export interface Owner {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

const hashLabel = 'pod-template-hash';

/**
 * A Deployment's ReplicaSet is called `<deployment>-<hash>`, and the hash is a label of its pods.
 * Source: k8s.io/kubernetes, pkg/controller/deployment/sync.go, getNewReplicaSet.
 */
export const ownerOf = ({
  namespace,
  owner,
  labels,
}: Pick<MovablePod, 'namespace' | 'owner' | 'labels'>): Owner | undefined => {
  if (owner === undefined) return undefined;
  const ending = `-${labels[hashLabel] ?? ''}`;
  if (owner.kind === 'ReplicaSet' && ending !== '-' && owner.name.endsWith(ending))
    return { namespace, kind: 'Deployment', name: owner.name.slice(0, -ending.length) };
  return { namespace, ...owner };
};

export const ownerKey = ({ namespace, kind, name }: Owner): string => `${kind} ${namespace}/${name}`;

/** `deployment default/web` */
export const ownerText = ({ namespace, kind, name }: Owner): string => `${kind.toLowerCase()} ${namespace}/${name}`;

/** `kubectl -n default … deployment/web` */
export const ownerArgument = ({ kind, name }: Owner): string => `${kind.toLowerCase()}/${name}`;

/** Whether `kubectl scale` and `kubectl rollout restart` know it. */
export const isScalable = ({ kind }: Owner): boolean => kind === 'Deployment' || kind === 'StatefulSet';

/** What all pods of an owner have in common, as `--selector` takes it. */
export const selectorText = ({ labels }: MovablePod): string => {
  const own = new Set([
    hashLabel,
    'controller-revision-hash',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
  ]);
  return Object.entries(labels)
    .filter(([key]) => !own.has(key))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
};
