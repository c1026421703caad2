import { execInNode } from '../../docker/clusters.ts';
import { until } from '../../docker/until.ts';
import { drain, type ApiPlace } from '../../src/commands/kubectl.ts';
import { evictable } from '../../src/drain/evictable-pods.ts';
import { predictDrains, type Prediction, type Question } from '../../src/drain/predict-drains.ts';
import { disruptionBudgets } from '../../src/facts/disruption-budgets.ts';
import { refusedEvictions } from '../../src/facts/refused-evictions.ts';
import type { Fact } from '../../src/facts/fact.ts';
import { movablePods } from '../../src/facts/movable-pods.ts';
import { nodeLeases } from '../../src/facts/node-leases.ts';
import { nodeRoom } from '../../src/facts/node-room.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { tiedVolumes } from '../../src/facts/tied-volumes.ts';
import { workloads } from '../../src/facts/workloads.ts';
import type { LabCluster } from './lab-cluster.ts';

const placeOf = ({ nodes: [first] }: LabCluster): ApiPlace => {
  if (first === undefined) throw new Error('a cluster without nodes');
  return { node: first.name, apiServer: `https://${first.host}:6443` };
};

/** Asks a fact as nodeops would, on the control plane. @throws Error where it has no value. */
export const ask = async <T>(cluster: LabCluster, fact: Fact<T>): Promise<T> => {
  const place = placeOf(cluster);
  if (fact.source.kind !== 'command') throw new Error(`${fact.id} is not asked by a command`);
  const { code, stdout, stderr } = await execInNode(place.node, fact.source.command(place).argv);
  // The lab takes off the newline at the end.
  const parsed = fact.source.parse({ code, stdout: `${stdout}\n`, stderr });
  if (!('value' in parsed)) throw new Error(`${fact.key}: ${JSON.stringify(parsed).slice(0, 2000)}`);
  return parsed.value;
};

export type Settings = Question['settings'];

/** What nodeops foresees of draining some workers, all at once. */
export const predicted = async (
  cluster: LabCluster,
  drained: readonly string[],
  settings: Settings,
): Promise<readonly Prediction[]> => {
  const seen = {
    nodes: await ask(cluster, nodes),
    rooms: await ask(cluster, nodeRoom),
    pods: await ask(cluster, movablePods),
    budgets: await ask(cluster, disruptionBudgets),
    volumes: await ask(cluster, tiedVolumes),
    workloads: await ask(cluster, workloads),
    now: (await ask(cluster, nodeLeases)).now,
  };
  const refused = await ask(cluster, refusedEvictions(drained));
  const course = { stages: [{ nodes: drained, atOnce: drained.length, outSeconds: 60 }], returning: [] };
  return predictDrains({ seen, refused, settings, course });
};

/** What came of one real drain. */
export interface Drained {
  readonly code: number;
  readonly seconds: number;
  /** What kubectl says of each pod that it could not take away, by namespace. */
  readonly errors: ReadonlyMap<string, string>;
  /** What it says of the drain as a whole. */
  readonly text: string;
  /** Namespaces that have pods on the node afterwards that a drain would evict. */
  readonly left: ReadonlySet<string>;
}

/** Not those that it says while it goes on trying. */
const errorLine =
  /^(?!.*\(will retry after 5s\))error when (?:evicting pods\/"[^"]+" -n|waiting for pod "[^"]+" in namespace) "([^"]+)"(.*)$/gm;

/** Drains as nodeops does. `meanwhile` runs beside it. */
export const drained = async (
  cluster: LabCluster,
  node: string,
  settings: Settings,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<Drained> => {
  const place = placeOf(cluster);
  const began = Date.now();
  const [{ code, stderr }] = await Promise.all([
    execInNode(place.node, drain(place, node, settings).argv),
    meanwhile(),
  ]);
  const seconds = (Date.now() - began) / 1000;
  const here = (await ask(cluster, movablePods)).filter((pod) => pod.node === node);
  return {
    code,
    seconds,
    text: stderr,
    errors: new Map([...stderr.matchAll(errorLine)].map(([line, namespace = '']) => [namespace, line])),
    left: new Set(evictable(here).map(({ namespace }) => namespace)),
  };
};

/** Applies objects, those of a namespace into it. @throws Error */
export const apply = async (cluster: LabCluster, namespace: string, objects: readonly object[]): Promise<void> => {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const { node } = placeOf(cluster);
  const argv = ['kubectl', 'apply', '--namespace', namespace, '--filename=-'];
  const { code, stderr } = await execInNode(node, argv, JSON.stringify(list));
  if (code !== 0) throw new Error(`${namespace}: ${stderr}`);
};

/** Sets or takes off the cordons of the workers. */
export const onlyTakesPods = async (
  { kubectl }: LabCluster,
  workers: readonly string[],
  open: readonly string[],
): Promise<void> => {
  for (const worker of workers) await kubectl(open.includes(worker) ? 'uncordon' : 'cordon', worker);
};

/** Waits until what was applied has come to rest: what can run runs. @throws Error */
export const settled = async (cluster: LabCluster, calm: () => Promise<boolean>): Promise<void> => {
  if (!(await until(calm, 120_000, 1000)))
    throw new Error(
      `${cluster.name} did not come to rest: ${await cluster.kubectl('get', 'pods', '-A', '-o', 'wide')}`,
    );
};
