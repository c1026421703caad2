import { existsSync } from 'node:fs';
import { nodeImage } from './build/base-images.ts';
import { build, builtVersion } from './build/build-mirror.ts';
import { bootstrap, prepareNode } from './cluster/bootstrap.ts';
import { kubernetesNodes, type LabNode } from './addresses.ts';
import { attemptInNode, containers, createNode } from './cluster/containers.ts';
import { nodeStates } from './cluster/health.ts';
import { createLoadBalancer } from './cluster/load-balancer.ts';
import type { ClusterRecord, ClusterWish } from './cluster/record.ts';
import {
  allRecords,
  claim,
  existingNode,
  existingRecord,
  readRecord,
  recordNodes,
  writeRecord,
} from './cluster/record.ts';
import { removeCluster } from './cluster/remove.ts';
import { wireNetwork } from './cluster/wire-network.ts';
import { applyWorkload } from './cluster/workload.ts';
import { writeInventory } from './cluster/write-inventory.ts';
import { ensureDocker, ensureEngine, removeNetwork } from './engine.ts';
import { ensureMirror } from './mirror/serve.ts';
import { inventoryFile } from './paths.ts';
import { ask, fairEntries } from './probe.ts';
import { during, tell } from './progress.ts';
import type { Outcome } from './run-command.ts';
import { run } from './run-command.ts';
import { checkClusterName, needsLoadBalancer } from './topology.ts';
import { until } from './until.ts';
import { UsageError } from './usage-error.ts';

/** An agnhost of the public registry, for clusters that do not come from the mirror. */
const UPSTREAM_AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const UPSTREAM_PAUSE = '3.10';

/** Makes a cluster, or finds the one there is and starts what is stopped; answers with its inventory's path. */
export async function upCluster(wish: ClusterWish): Promise<string> {
  checkClusterName(wish.name);
  const existing = readRecord(wish.name);
  if (existing?.ready) return reviveCluster(existing, wish);
  if (existing) {
    tell(`${wish.name} was never finished: starting afresh`);
    await downCluster(wish.name);
  }
  await build([wish.version], wish.source);
  const record = await claim(wish);
  return during(`cluster ${wish.name}`, () => create(record));
}

/** Removes a cluster's containers, volumes and files; says whether there was anything. */
export async function downCluster(name: string): Promise<boolean> {
  await ensureDocker();
  return removeCluster(name);
}

/** Connects the pods of hosts that became nodes of a cluster without the lab: as its CNI would. */
export async function wireCluster(name: string): Promise<void> {
  const record = existingRecord(name);
  await ensureDocker();
  await during(`pod network of ${name}`, () => wireNetwork(record, recordNodes(record), 15 * 60_000));
}

/** Runs a command as root in a node, whichever its cluster. */
export async function execInNode(node: string, argv: readonly string[], input?: string): Promise<Outcome> {
  await wakeNode(node);
  return attemptInNode(node, argv, input === undefined ? {} : { input });
}

/** Starts what a command aimed at one node needs: the container engine and that node. */
export async function wakeNode(node: string): Promise<void> {
  existingNode(node);
  await ensureDocker();
  await run(['docker', 'start', node]);
}

async function create(record: ClusterRecord): Promise<string> {
  const nodes = recordNodes(record);
  const built = record.source === 'mirror' ? builtVersion(record.version) : undefined;
  const image = await nodeImage();
  if (needsLoadBalancer(record.topology)) await createLoadBalancer(record, nodes);
  const { bareFor } = record;
  const ready = new Map(
    nodes.map((node) => {
      const prepared = createNode(record, node, image).then(() =>
        prepareNode(record, node, built?.pause ?? UPSTREAM_PAUSE),
      );
      // Awaited when its turn comes; a failure before that is not an unhandled one.
      prepared.catch(() => undefined);
      return [node.name, prepared];
    }),
  );
  if (bareFor === undefined) {
    await bootstrap(record, nodes, async (node) => ready.get(node.name));
    const controlPlane = nodes[0]?.name ?? '';
    await during('workload and cluster DNS', () => applyWorkload(controlPlane, built?.agnhost ?? UPSTREAM_AGNHOST));
  } else await Promise.all(ready.values());
  const inventory = await writeInventory(record, nodes);
  writeRecord({ ...record, ready: true });
  return inventory;
}

async function reviveCluster(record: ClusterRecord, wish: ClusterWish): Promise<string> {
  refuseAnother(record, wish);
  await ensureEngine();
  if (record.source === 'mirror') await ensureMirror();
  const nodes = recordNodes(record);
  const stopped = await startStopped(record, nodes);
  if (record.bareFor !== undefined) {
    tell(`${record.name}: its hosts are there${stopped.length > 0 ? `; started ${stopped.join(', ')}` : ''}`);
    return writeInventory(record, nodes);
  }
  const healthy = await until(async () => {
    const states = await nodeStates(nodes);
    return kubernetesNodes(nodes).every(({ name }) => states.get(name)?.ready === true);
  }, 180_000);
  const again = `npm run lab -- down --name ${record.name}`;
  if (!healthy)
    throw new Error(
      `${record.name} exists but not all its nodes get Ready. See: npm run lab -- list. Afresh: ${again}`,
    );
  await serviceAnswers(record, nodes, stopped.length > 0 ? 120_000 : 30_000);
  tell(`${record.name} is there and healthy${stopped.length > 0 ? `; started ${stopped.join(', ')}` : ''}`);
  return existsSync(inventoryFile(record.name)) ? inventoryFile(record.name) : writeInventory(record, nodes);
}

async function startStopped(record: ClusterRecord, nodes: readonly LabNode[]): Promise<string[]> {
  const found = await containers(record.name);
  const missing = nodes.map(({ name }) => name).filter((name) => !found.some((container) => container.name === name));
  if (missing.length > 0) {
    throw new UsageError(
      `${record.name} has lost ${missing.join(', ')}. Type: npm run lab -- down --name ${record.name}, then up again.`,
    );
  }
  const stopped = found.filter(({ state }) => state !== 'running').map(({ name }) => name);
  if (stopped.length > 0) await run(['docker', 'start', ...stopped]);
  return stopped;
}

function refuseAnother(record: ClusterRecord, wish: ClusterWish): void {
  if (shape(record) === shape(wish)) return;
  throw new UsageError(
    `${record.name} was made as ${shape(record)}, not ${shape(wish)}. Type: npm run lab -- down --name ${record.name}, or take another name.`,
  );
}

/** The API calls a node Ready for a while after it was stopped; only an answer proves that it serves again. */
async function serviceAnswers(record: ClusterRecord, nodes: readonly LabNode[], withinMs: number): Promise<void> {
  const answers = await until(async () => {
    const asked = await Promise.all(fairEntries(nodes).map(ask));
    return asked.every(({ error }) => error === undefined);
  }, withinMs);
  // A person may have removed the workload on purpose: a cluster without it is no failure.
  if (!answers) tell(`${record.name}: the Service web does not answer on every node`);
}

/** Removes every cluster, the mirror's containers and the network; the cache stays. */
export async function downAll(): Promise<void> {
  await ensureDocker();
  const names = new Set([
    ...allRecords().map(({ name }) => name),
    ...(await containers()).map(({ cluster }) => cluster),
  ]);
  for (const name of names) await removeCluster(name);
  await removeNetwork();
}

const shape = ({
  topology: { controlPlanes, workers, etcdHosts },
  version,
  source,
  bareFor,
  withoutPackages,
}: ClusterWish): string =>
  [
    `${controlPlanes}+${workers}${etcdHosts === undefined ? '' : ` and ${etcdHosts} of etcd`} with ${version} from ${source}`,
    ...(bareFor === undefined ? [] : [`bare hosts for ${bareFor}`]),
    ...(withoutPackages === true ? ['without packages'] : []),
  ].join(', ');
