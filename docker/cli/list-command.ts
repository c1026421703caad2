import Table from 'cli-table3';
import type { Command } from 'commander';
import type { LabNode } from '../addresses.ts';
import { loadBalancerAddress } from '../addresses.ts';
import type { ContainerState } from '../cluster/containers.ts';
import { containers } from '../cluster/containers.ts';
import type { NodeState } from '../cluster/health.ts';
import { nodeStates } from '../cluster/health.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import { allRecords, recordNodes } from '../cluster/record.ts';
import { ensureDocker } from '../engine.ts';
import { needsLoadBalancer } from '../topology.ts';

/** list: every cluster's nodes with kubelet version, address and state. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('clusters, nodes, versions, addresses, states; starts nothing but the container engine')
    .action(async () => {
      await ensureDocker();
      const all = await containers();
      const rows = await Promise.all(allRecords().map((record) => clusterRows(record, all)));
      const mirror = all
        .filter(({ cluster }) => cluster === 'mirror')
        .map(({ name, state }) => ['–', name, 'mirror', '', '', state]);
      const table = new Table({
        head: ['cluster', 'node', 'role', 'kubelet', 'address', 'state'],
        style: { head: [], border: [] },
      });
      table.push(...rows.flat(), ...mirror);
      process.stdout.write(`${table.toString()}\n`);
    });
}

async function clusterRows(record: ClusterRecord, all: readonly ContainerState[]): Promise<string[][]> {
  const nodes = recordNodes(record);
  const states = record.ready ? await nodeStates(nodes) : new Map<string, NodeState>();
  const containerOf = (name: string): string =>
    all.find((container) => container.name === name)?.state ?? 'no container';
  const row = ({ name, role, host }: LabNode): string[] => {
    const known = states.get(name);
    const container = containerOf(name);
    return role === 'etcd'
      ? [record.name, name, role, '', host, container]
      : [record.name, name, role, known?.version ?? '?', host, nodeState(container, known, record.ready)];
  };
  const balancer = `${record.name}-lb`;
  const front = [record.name, balancer, 'load balancer', '', loadBalancerAddress(record.slot), containerOf(balancer)];
  return [...(needsLoadBalancer(record.topology) ? [front] : []), ...nodes.map(row)];
}

function nodeState(container: string, known: NodeState | undefined, finished: boolean): string {
  if (container !== 'running') return container;
  if (!finished) return 'never finished';
  if (!known) return 'running, no API server answers';
  return [known.ready ? 'Ready' : 'NotReady', ...(known.schedulable ? [] : ['cordoned'])].join(', ');
}
