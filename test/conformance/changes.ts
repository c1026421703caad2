import { createHash } from 'node:crypto';
import type { ClusterState, LabState, MachineState, PodState } from '../../docker/record/state.ts';
import { normalised } from './rules.ts';

type Flat = ReadonlyMap<string, string>;

const sorted = (fields: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))));

const machine = (name: string, state: MachineState): readonly (readonly [string, string])[] => [
  ...Object.entries(state.packages).map(([key, value]) => [`${name} package ${key}`, value] as const),
  [`${name} dpkg interrupted`, String(state.interrupted)],
  [`${name} kubelet runs`, state.kubelet ?? 'not'],
  ...Object.entries(state.units).map(([key, value]) => [`${name} unit ${key}`, value] as const),
  // Snapshots are listed below; their texts are too long for a recording.
  ...Object.entries(state.files)
    .filter(([key]) => !key.endsWith('.db'))
    .map(([key, value]) => [`${name} file ${key}`, value] as const),
  ...state.listing.map((path) => [`${name} is there ${path}`, 'yes'] as const),
];

/** Where the scheduler puts a pod is its own choice; that it leaves a cordoned node is not. */
const placeOf = ({ node, owner }: PodState, cordoned: ReadonlySet<string>): string => {
  if (node === undefined) return 'nowhere';
  if (owner?.startsWith('ReplicaSet/') !== true) return node;
  return cordoned.has(node) ? 'a cordoned node' : 'an open node';
};

const podKey = (pod: PodState, cordoned: ReadonlySet<string>): string => {
  const readiness = pod.ready ? 'ready' : 'not ready';
  const name = pod.mirror || pod.owner === undefined ? pod.name : `of ${pod.owner}`;
  const leaving = pod.deleting ? ' leaving' : '';
  return `pod ${pod.namespace} ${name} on ${placeOf(pod, cordoned)}, ${pod.phase} ${readiness}${leaving} ${pod.images.join(' ')}`;
};

const cluster = (state: ClusterState): readonly (readonly [string, string])[] => {
  const cordoned = new Set(state.nodes.flatMap((node) => (node.cordoned ? [node.name] : [])));
  const pods = new Map<string, number>();
  for (const pod of state.pods) {
    // kubeadm's check leaves its Job to the garbage collector, which takes its time.
    if (pod.owner?.startsWith('Job/') === true) continue;
    const key = normalised(podKey(pod, cordoned));
    pods.set(key, (pods.get(key) ?? 0) + 1);
  }
  return [
    ...state.nodes.flatMap(({ name, cordoned: out, annotations, taints, ready, kubelet }) =>
      Object.entries({
        cordoned: String(out),
        annotations: sorted(annotations),
        taints: taints.join(),
        ready,
        kubelet,
      }).map(([key, value]) => [`node ${name} ${key}`, value] as const),
    ),
    ...[...pods].map(([key, count]) => [key, String(count)] as const),
    ...state.workloads.map(
      (one) =>
        [
          `${one.kind} ${one.namespace}/${one.name}`,
          `${one.images.join()} ${one.ready}/${one.replicas}, ${one.updated} new`,
        ] as const,
    ),
    ...state.budgets.map((one) => [`budget ${one.namespace}/${one.name} allows`, String(one.allowed)] as const),
    ...state.leases.map(
      (one) => [`lease ${one.name}`, `${one.holder} ${one.transitions} ${sorted(one.annotations)}`] as const,
    ),
    ...Object.entries(state.configMaps).flatMap(([name, keys]) =>
      Object.entries(keys).map(([key, hash]) => [`${name} ${key}`, hash] as const),
    ),
  ];
};

const flat = (state: LabState): Flat =>
  new Map([
    ...Object.entries(state.machines).flatMap(([name, one]) => machine(name, one)),
    ...(state.cluster === undefined ? [['the API', 'away'] as const] : cluster(state.cluster)),
  ]);

const hash = /^[0-9a-f]{16}$/;

/** What look.sh prints the text of; of all other files only the hash is known, which differs by keys and names. */
const withText =
  /^\S+ file (\/etc\/apt\/(sources|preferences|apt\.conf)|\/etc\/kubernetes\/manifests\/.*yaml|\/var\/lib\/kubelet\/|\/etc\/default\/|\/var\/lib\/nodeops\/(?!.*\/output$))|^kube-system\//;

const shown = (key: string, value: string | undefined, texts: ReadonlyMap<string, string>): string => {
  if (value === undefined) return 'nothing';
  if (!hash.test(value)) return value;
  const text = withText.test(key) ? texts.get(value) : undefined;
  return text === undefined
    ? 'a text'
    : `text ${createHash('sha256').update(normalised(text)).digest('hex').slice(0, 8)}`;
};

/** One line for each thing that is another one after than it was before. */
export const changes = (before: LabState, after: LabState, texts: ReadonlyMap<string, string>): readonly string[] => {
  const [a, b] = [flat(before), flat(after)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
  const lines = keys.map((key) =>
    normalised(`${key}: ${shown(key, a.get(key), texts)} → ${shown(key, b.get(key), texts)}`),
  );
  return [...new Set(lines)].toSorted();
};
