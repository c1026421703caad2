import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact, partOf, type Fact } from './fact.ts';
import { flag, list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface PodObject {
  readonly namespace: string;
  readonly name: string;
  /** Absent while the pod is not scheduled. */
  readonly node?: string;
  readonly phase: string;
  readonly ready: boolean;
  /** Has a deletion timestamp. */
  readonly deleting: boolean;
  /** The API's picture of a static pod. */
  readonly mirror: boolean;
  /** The controlling owner. */
  readonly owner?: { readonly kind: string; readonly name: string };
  /** Names of its emptyDir volumes, in memory or on disk. */
  readonly emptyDirs: readonly string[];
  /** Of its init containers, then of its containers. */
  readonly images: readonly string[];
  readonly priorityClass?: string;
}

/** What of a pod is asked for wherever pods are: where it is, how it stands, and whose it is. */
export const standingColumns: readonly string[] = [
  maybeText('.spec.nodeName'),
  maybeText('.status.phase'),
  list('.status.conditions', text('.status'), 'eq .type "Ready"'),
  flag('.metadata.deletionTimestamp'),
  flag('exists .metadata "annotations" "kubernetes.io/config.mirror"'),
  list('.metadata.ownerReferences', `[${text('.kind')},${text('.name')}]`, '.controller'),
];

/** The same as they are read. */
export const standingCells = [
  z.string().nullable(),
  z.string().nullable(),
  listOf(z.string()),
  z.boolean(),
  z.boolean(),
  listOf(z.tuple([z.string(), z.string()])),
] as const;

type Standing = Pick<PodObject, 'node' | 'phase' | 'ready' | 'deleting' | 'mirror' | 'owner'>;

export const standingOf = ([node, phase, ready, deleting, mirror, [owner]]: readonly [
  string | null,
  string | null,
  readonly string[],
  boolean,
  boolean,
  readonly (readonly [string, string])[],
]): Standing => ({
  ...(node === null ? {} : { node }),
  phase: phase ?? 'Unknown',
  ready: ready[0] === 'True',
  deleting,
  mirror,
  ...(owner === undefined ? {} : { owner: { kind: owner[0], name: owner[1] } }),
});

/** Rows without field names: a cluster may have many thousand pods. */
const columns: readonly string[] = [
  text('.metadata.namespace'),
  text('.metadata.name'),
  ...standingColumns,
  list('.spec.volumes', text('.name'), 'exists . "emptyDir"'),
  list('.spec.initContainers', text('.image')),
  list('.spec.containers', text('.image')),
  maybeText('.spec.priorityClassName'),
];

const rows = rowsOf(`[${columns.join(',')}]`);

const podRow = z
  .tuple([
    z.string(),
    z.string(),
    ...standingCells,
    listOf(z.string()),
    listOf(z.string()),
    listOf(z.string()),
    z.string().nullable(),
  ])
  .transform(
    ([namespace, name, node, phase, ready, deleting, mirror, owners, emptyDirs, init, main, priority]): PodObject => ({
      namespace,
      name,
      ...standingOf([node, phase, ready, deleting, mirror, owners]),
      emptyDirs,
      images: [...init, ...main],
      ...(priority === null ? {} : { priorityClass: priority }),
    }),
  );

const parse = throughApi(readRows(podRow));

/** The pods of all namespaces. Source: kubectl get pods; recorded on the lab, 1.35.4 and 1.36.3. */
export const pods = defineFact<readonly PodObject[]>({
  id: 'pods',
  subject: 'cluster',
  command: (place) => get(place, 'pods', '--all-namespaces', rows),
  parse,
});

/** The pods bound to one node, of all namespaces. Source: as `pods`. */
export const podsOnNode = (node: string): Fact<readonly PodObject[]> =>
  defineFact({
    id: 'pods-on-node',
    parameters: [node],
    subject: 'cluster',
    command: (place) => get(place, 'pods', '--all-namespaces', `--field-selector=spec.nodeName=${node}`, rows),
    parse,
    partOf: partOf(pods, (all) => all.filter((pod) => pod.node === node)),
  });

/**
 * What the API shows of the control planes' static pods. Source: as `pods`; kubeadm labels them `tier: control-plane`
 * (its manifests on the lab, 1.35.4 and 1.36.3).
 */
export const controlPlanePods = defineFact<readonly PodObject[]>({
  id: 'control-plane-pods',
  subject: 'cluster',
  command: (place) => get(place, 'pods', '--namespace=kube-system', '--selector=tier=control-plane', rows),
  parse,
});
