import { downCluster, execInNode, upCluster } from '../../docker/clusters.ts';
import { readRecord, recordNodes } from '../../docker/cluster/record.ts';
import type { LabNode } from '../../docker/addresses.ts';
import { parseTopology } from '../../docker/topology.ts';

export interface LabCluster {
  readonly name: string;
  readonly inventory: string;
  readonly nodes: readonly LabNode[];
  /** Runs a command as root in a node and returns what it printed. @throws Error unless it ends with 0. */
  readonly exec: (node: string, ...argv: readonly string[]) => Promise<string>;
  /** kubectl on the first control plane. */
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  readonly dispose: () => Promise<void>;
}

export interface Wanted {
  readonly name: string;
  readonly topology: string;
  readonly version: string;
  /** Only hosts, which the inventory names as nodes of this cluster. */
  readonly bareFor?: string;
  readonly withoutPackages?: boolean;
}

const exec = async (node: string, ...argv: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await execInNode(node, argv);
  if (code !== 0) throw new Error(`${node}: ${argv.join(' ')}: rc ${code}\n${stdout}\n${stderr}`);
  return stdout;
};

/** A fresh cluster of the lab: one of that name that an interrupted suite left behind is removed first. */
export const freshCluster = async ({ name, topology, version, ...bare }: Wanted): Promise<LabCluster> => {
  await downCluster(name);
  const inventory = await upCluster({ name, topology: parseTopology(topology), version, source: 'mirror', ...bare });
  const record = readRecord(name);
  if (record === undefined) throw new Error(`the lab knows no cluster ${name} although it has just made it`);
  return {
    name,
    inventory,
    exec,
    nodes: recordNodes(record),
    kubectl: (...args) => exec(`${name}-cp1`, 'kubectl', ...args),
    dispose: async () => void (await downCluster(name)),
  };
};

/** `kubelet` → version, for the packages that apt holds on a node. */
export const heldPackages = async (cluster: LabCluster, node: string): Promise<Readonly<Record<string, string>>> => {
  const lines = await cluster.exec(node, 'dpkg-query', '-W', '-f=${db:Status-Abbrev} ${Package} ${Version}\\n');
  const rows = lines.split('\n').map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(
    rows.filter(([status]) => status === 'hi').map(([, name = '', version = '']) => [name, version]),
  );
};
