import { valueOf, type Fact } from '../facts/fact.ts';
import { heldNamespaces, resourcesLeft, type HeldNamespace } from '../facts/held-namespaces.ts';
import { heldObjects, type HeldObject, type HeldPlace } from '../facts/held-objects.ts';
import { nodes as nodesFact, type NodeObject } from '../facts/nodes.ts';
import { oldCopies, type OldCopy } from '../facts/old-copies.ts';
import { terminatingPods, type TerminatingPod } from '../facts/terminating-pods.ts';
import { volumeAttachments } from '../facts/volume-attachments.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Observed } from '../model/observed.ts';
import type { CleanupReport, StuckItem } from '../report/cleanup-text.ts';
import { observeCluster, observeNode, type Observations } from '../run/observe.ts';
import type { Session } from '../run/session.ts';
import { stuckNameText } from '../model/stuck.ts';
import { standingOf, type NodeStanding } from '../steps/stuck-verdicts.ts';
import { whyUnknown } from './why-unknown.ts';

/** A kubelet reports the end of its containers within moments; a minute more is no trouble. */
const patienceMs = 60_000;

const standings: Readonly<Record<NodeStanding, (node: string) => string>> = {
  gone: (node) => `its node ${node} is no longer in the cluster`,
  'shut-down': (node) => `its node ${node} is marked as shut down`,
  ready: (node) => `its node ${node} is Ready: its kubelet has not ended it`,
  silent: (node) => `its node ${node} does not answer, and may still run it`,
};

const finalizerLine = (finalizers: readonly string[]): readonly string[] =>
  finalizers.length === 0 ? [] : [`held by ${finalizers.join(', ')}: whoever put that there has not taken it off`];

const podItem = (pod: TerminatingPod, nodes: readonly NodeObject[]): StuckItem => {
  const { node, finalizers, owner, due } = pod;
  const standing = standingOf(nodes, node);
  const name = stuckNameText({ resource: 'pod', ...pod });
  const silent = standing === 'silent' && finalizers.length === 0;
  return {
    name,
    what: name,
    since: due,
    because: [
      'Terminating beyond its grace period',
      ...finalizerLine(finalizers),
      node === undefined ? 'it was never given a node' : standings[standing](node),
      ...(owner === 'StatefulSet' && silent ? ['of a StatefulSet: two of one name would write to one volume'] : []),
    ],
    ...(silent
      ? {
          next: `make certain that ${node ?? ''} is off; then kubectl taint nodes ${node ?? ''} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
        }
      : standing === 'ready' && finalizers.length === 0
        ? { next: `nodeops diagnose ${node ?? ''}` }
        : {}),
  };
};

const namespaceItems = (
  { name, because, finalizers }: HeldNamespace,
  objects: readonly HeldObject[],
): readonly StuckItem[] => {
  const named = stuckNameText({ resource: 'namespace', name });
  const inside = objects.filter(({ namespace, finalizers: held }) => namespace === name && held.length > 0);
  return [
    { name: named, what: named, because: ['Terminating', ...because, ...finalizerLine(finalizers)] },
    ...inside.map((object): StuckItem => {
      const text = stuckNameText({ ...object, resource: object.resource === 'pods' ? 'pod' : object.resource });
      return { name: text, what: text, because: [`keeps ${named}`, ...finalizerLine(object.finalizers)] };
    }),
  ];
};

const nodeItems = (nodes: readonly NodeObject[], { nodes: known }: Cluster): readonly StuckItem[] =>
  nodes.flatMap(({ name, ready }): readonly StuckItem[] => {
    const ours = known.some((node) => node.name === name);
    if (ours && ready === 'True') return [];
    const how = ready === 'True' ? 'it is Ready' : `it is not Ready (${ready})`;
    const text = stuckNameText({ resource: 'node', name });
    if (ours) return [{ what: text, because: [how], next: `nodeops diagnose ${name}` }];
    const because = ['no machine of the inventory has this name', how];
    return ready === 'True'
      ? [{ what: text, because, next: 'write it into the inventory, or stop its kubelet' }]
      : [{ name: text, what: text, because }];
  });

const told = (all: readonly OldCopy[], what: string): readonly string[] =>
  all.length === 0
    ? []
    : [`${what}: ${all.length}, ${Math.ceil(all.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 ** 2)} MiB`];

const copyItem = (node: string, copies: readonly OldCopy[]): readonly StuckItem[] => {
  if (copies.length === 0) return [];
  const of = (name: boolean): readonly OldCopy[] => copies.filter((copy) => (copy.name !== undefined) === name);
  const [ours, kubeadms] = [of(false), of(true)];
  const because = [
    ...told(kubeadms, 'copies that kubeadm made in /etc/kubernetes/tmp'),
    ...told(ours, 'what nodeops unpacked in /var/lib/nodeops, which goes by itself'),
  ];
  const since = Math.min(...copies.map(({ changedAt }) => changedAt));
  const text = `tmp/${node}`;
  return [{ ...(kubeadms.length === 0 ? {} : { name: text }), what: text, because, since }];
};

const seen = <T>(fact: Fact<T>, observations: Observations, none: T): T =>
  valueOf(fact, observations.get(fact.key)) ?? none;

const unreadIn = (facts: readonly Fact<unknown>[], observations: Observations): readonly string[] =>
  facts.flatMap((fact) => {
    const observed: Observed<unknown> | undefined = observations.get(fact.key);
    return observed?.kind === 'value' ? [] : [`${fact.id}: ${whyUnknown(observed, 'there is none')}`];
  });

const attachmentItems = (observations: Observations, nodes: readonly NodeObject[]): readonly StuckItem[] =>
  seen(volumeAttachments, observations, []).flatMap(({ name, node, attacher, volume, finalizers, deletedAt }) => {
    if (standingOf(nodes, node) !== 'gone') return [];
    const text = stuckNameText({ resource: 'volumeattachment', name });
    const because = [`of ${volume ?? 'a volume'} to ${node}, which is no longer in the cluster (${attacher})`];
    const held = finalizers.length === 0 ? [] : finalizerLine(finalizers);
    return [
      {
        name: text,
        what: text,
        because: [...because, ...held],
        ...(deletedAt === undefined ? {} : { since: deletedAt }),
      },
    ];
  });

const placesOf = (namespaces: readonly HeldNamespace[]): readonly HeldPlace[] =>
  namespaces.flatMap((each) => resourcesLeft(each).map((resource) => ({ resource, namespace: each.name })));

/** A pod is seen by itself, and as what keeps its namespace. */
const once = (items: readonly StuckItem[]): readonly StuckItem[] =>
  items.filter(({ what }, index) => items.findIndex((other) => other.what === what) === index);

/** What is stuck in a cluster, or left over on its nodes, as far as both answer. */
export const lookForStuck = async (session: Session, now: number): Promise<CleanupReport> => {
  const { cluster } = session;
  const facts = [terminatingPods, heldNamespaces, volumeAttachments, nodesFact];
  const [{ observations }, copies] = await Promise.all([
    observeCluster(session, facts),
    Promise.all(cluster.nodes.map(async ({ name }) => [name, await observeNode(session, name, [oldCopies])] as const)),
  ]);
  const namespaces = seen(heldNamespaces, observations, []);
  const inside = heldObjects(placesOf(namespaces));
  const held = namespaces.length === 0 ? undefined : (await observeCluster(session, [inside])).observations;
  // Without them nothing is known to be gone.
  const nodes = valueOf(nodesFact, observations.get(nodesFact.key));
  const pods = seen(terminatingPods, observations, []).filter(({ due }) => now - due > patienceMs);
  return {
    cluster: cluster.name,
    at: now,
    stuck: once([
      ...(nodes === undefined ? [] : pods.map((pod) => podItem(pod, nodes))),
      ...namespaces.flatMap((each) => namespaceItems(each, held === undefined ? [] : seen(inside, held, []))),
      ...(nodes === undefined ? [] : [...nodeItems(nodes, cluster), ...attachmentItems(observations, nodes)]),
      ...copies.flatMap(([name, found]) => copyItem(name, seen(oldCopies, found, []))),
    ]),
    unread: [
      ...unreadIn(facts, observations),
      ...(held === undefined ? [] : unreadIn([inside], held)),
      ...copies.flatMap(([name, found]) => unreadIn([oldCopies], found).map((why) => `${name}: ${why}`)),
    ],
  };
};
