import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { labels, type Labels } from './label-selector.ts';
import type { PodObject } from './pods.ts';
import { readJson } from './read-text.ts';
import {
  added,
  affinityTerms,
  amounts,
  largest,
  nodeSelector,
  spreadRules,
  tolerations,
  type AffinityTerm,
  type Amounts,
  type NodeSelectorTerm,
  type SpreadRule,
  type Toleration,
} from './scheduling-rules.ts';
import {
  at,
  each,
  json,
  maybe,
  maybeNumber,
  maybeTime,
  numbers,
  parts,
  readTabRows,
  tabRows,
  words,
} from './tab-rows.ts';
import { throughApi } from './through-api.ts';

/** A pod with what decides how it leaves its node, and where else it may run. */
export interface MovablePod extends Pick<
  PodObject,
  'namespace' | 'name' | 'node' | 'phase' | 'ready' | 'deleting' | 'mirror' | 'owner' | 'emptyDirs'
> {
  readonly labels: Labels;
  readonly finalizers: readonly string[];
  readonly graceSeconds: number;
  /** Seconds that a preStop hook sleeps at least. */
  readonly preStopSeconds: number;
  /** When its time to end is over: its deletion timestamp, in milliseconds since the epoch. */
  readonly endsBy?: number;
  /** Seconds from its creation until it was ready; missing while it is not. */
  readonly startSeconds?: number;
  /** Since when it is not ready, in milliseconds since the epoch; missing while it is. */
  readonly unreadySince?: number;
  /** Why containers of it do not run: `CrashLoopBackOff`, `ImagePullBackOff`. */
  readonly waiting: readonly string[];
  /** Names of its PersistentVolumeClaims. */
  readonly claims: readonly string[];
  readonly requests: Amounts;
  readonly hostPorts: readonly number[];
  readonly nodeLabels: Labels;
  /** Alternatives; missing where every node will do. */
  readonly nodeAffinity?: readonly NodeSelectorTerm[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly spread: readonly SpreadRule[];
  readonly tolerations: readonly Toleration[];
}

/** Of each container: whether it is a sidecar, and what it requests. */
const requestParts = parts.transform((texts, context) =>
  texts.map((text) => {
    const [, policy = '', found = ''] = /^([A-Za-z]*)(.*)$/.exec(text) ?? [];
    const read = amounts.safeParse(found === '' ? {} : readJson(found));
    if (!read.success) context.addIssue({ code: 'custom', message: `not requests: ${text}` });
    return { always: policy === 'Always', amounts: read.data ?? {} };
  }),
);

const required = 'requiredDuringSchedulingIgnoredDuringExecution';

const controller = '.metadata.ownerReferences[?(@.controller==true)]';

const table = {
  asks: {
    namespace: at('.metadata.namespace'),
    name: at('.metadata.name'),
    node: at('.spec.nodeName'),
    phase: at('.status.phase'),
    ready: at('.status.conditions[?(@.type=="Ready")].status'),
    readyAt: at('.status.conditions[?(@.type=="Ready")].lastTransitionTime'),
    createdAt: at('.metadata.creationTimestamp'),
    endsBy: at('.metadata.deletionTimestamp'),
    mirror: at(String.raw`.metadata.annotations.kubernetes\.io/config\.mirror`),
    ownerKind: at(`${controller}.kind`),
    ownerName: at(`${controller}.name`),
    labels: at('.metadata.labels'),
    finalizers: at('.metadata.finalizers'),
    grace: at('.spec.terminationGracePeriodSeconds'),
    preStop: at('.spec.containers[*].lifecycle.preStop.sleep.seconds'),
    emptyDirs: at('.spec.volumes[?(@.emptyDir)].name'),
    claims: at('.spec.volumes[*].persistentVolumeClaim.claimName'),
    waiting: at('.status.containerStatuses[*].state.waiting.reason'),
    waitingFirst: at('.status.initContainerStatuses[*].state.waiting.reason'),
    requests: each('.spec.containers[*]', '.resources.requests'),
    firstRequests: each('.spec.initContainers[*]', '.restartPolicy', '.resources.requests'),
    overhead: at('.spec.overhead'),
    wholeRequests: at('.spec.resources.requests'),
    hostPorts: at('.spec.containers[*].ports[*].hostPort'),
    nodeLabels: at('.spec.nodeSelector'),
    nodeAffinity: at(`.spec.affinity.nodeAffinity.${required}`),
    affinity: at(`.spec.affinity.podAffinity.${required}`),
    antiAffinity: at(`.spec.affinity.podAntiAffinity.${required}`),
    spread: at('.spec.topologySpreadConstraints'),
    tolerations: at('.spec.tolerations'),
  },
  reads: {
    namespace: z.string().min(1),
    name: z.string().min(1),
    node: maybe,
    phase: maybe,
    ready: z.string(),
    readyAt: maybeTime,
    createdAt: maybeTime,
    endsBy: maybeTime,
    mirror: z.string(),
    ownerKind: z.string(),
    ownerName: z.string(),
    labels: json(labels, {}),
    finalizers: json(z.array(z.string()), []),
    grace: maybeNumber,
    preStop: numbers,
    emptyDirs: words,
    claims: words,
    waiting: words,
    waitingFirst: words,
    requests: requestParts,
    firstRequests: requestParts,
    overhead: json(amounts, {}),
    wholeRequests: json(amounts, {}),
    hostPorts: numbers,
    nodeLabels: json(labels, {}),
    nodeAffinity: json(nodeSelector.optional(), undefined),
    affinity: json(affinityTerms, []),
    antiAffinity: json(affinityTerms, []),
    spread: json(spreadRules, []),
    tolerations: json(tolerations, []),
  },
} as const;

type Row = z.output<z.ZodObject<typeof table.reads>>;

/**
 * What the scheduler counts: the containers and the sidecars (init containers that restart always) together, or the
 * largest init container with the sidecars before it; the pod's own requests instead where it has some.
 * Source: k8s.io/component-helpers, resource.PodRequests.
 */
const requestsOf = ({ requests, firstRequests, overhead, wholeRequests }: Row): Amounts => {
  let sidecars: Amounts = {};
  let first: Amounts = {};
  for (const { always, amounts: own } of firstRequests) {
    if (always) sidecars = added(sidecars, own);
    first = largest(first, always ? sidecars : added(sidecars, own));
  }
  const containers = added(sidecars, ...requests.map(({ amounts: own }) => own));
  return added({ ...largest(containers, first), ...wholeRequests }, overhead);
};

const startSeconds = ({ ready, readyAt, createdAt }: Row): number | undefined =>
  ready !== 'True' || readyAt === undefined || createdAt === undefined ? undefined : (readyAt - createdAt) / 1000;

const made = (row: Row): MovablePod => {
  const { node, endsBy, ownerKind, ownerName, nodeAffinity } = row;
  const started = startSeconds(row);
  const unreadySince = row.readyAt ?? row.createdAt;
  return {
    namespace: row.namespace,
    name: row.name,
    ...(node === undefined ? {} : { node }),
    phase: row.phase ?? 'Unknown',
    ready: row.ready === 'True',
    deleting: endsBy !== undefined,
    mirror: row.mirror !== '',
    ...(ownerKind === '' ? {} : { owner: { kind: ownerKind, name: ownerName } }),
    emptyDirs: row.emptyDirs,
    labels: row.labels,
    finalizers: row.finalizers,
    // The API server fills it in (30); a pod that it does not know of has none.
    graceSeconds: row.grace ?? 30,
    preStopSeconds: Math.max(0, ...row.preStop),
    ...(endsBy === undefined ? {} : { endsBy }),
    ...(started === undefined ? {} : { startSeconds: started }),
    ...(row.ready === 'True' || unreadySince === undefined ? {} : { unreadySince }),
    waiting: [...row.waitingFirst, ...row.waiting],
    claims: row.claims,
    requests: requestsOf(row),
    hostPorts: row.hostPorts,
    nodeLabels: row.nodeLabels,
    ...(nodeAffinity === undefined ? {} : { nodeAffinity }),
    affinity: row.affinity,
    antiAffinity: row.antiAffinity,
    spread: row.spread,
    tolerations: row.tolerations,
  };
};

/**
 * All pods, with what decides how they leave their nodes and where else they may run. Some 900 bytes a pod: 13 MiB for
 * 15,000. Source: kubectl get pods; recorded on the lab, 1.35.4 and 1.36.3.
 */
export const movablePods = defineFact<readonly MovablePod[]>({
  id: 'movable-pods',
  subject: 'cluster',
  command: (place) => get(place, 'pods', '--all-namespaces', tabRows(table)),
  parse: throughApi(readTabRows(table, made)),
});
