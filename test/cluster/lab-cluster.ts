import { createHash } from 'node:crypto';
import { z } from 'zod';
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
}

const exec = async (node: string, ...argv: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await execInNode(node, argv);
  if (code !== 0) throw new Error(`${node}: ${argv.join(' ')}: rc ${code}\n${stdout}\n${stderr}`);
  return stdout;
};

/** A fresh cluster of the lab: one of that name that an interrupted suite left behind is removed first. */
export const freshCluster = async ({ name, topology, version }: Wanted): Promise<LabCluster> => {
  await downCluster(name);
  const inventory = await upCluster({ name, topology: parseTopology(topology), version, source: 'mirror' });
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

/** What a node is made of, as far as packages, sources and configuration go. Journals, leases and logs are not part of it. */
const nodeDigest = String.raw`
digest() { sha256sum | cut -c 1-64; }
echo "dpkg $(cat /var/lib/dpkg/status /var/lib/apt/extended_states 2>/dev/null | digest)"
echo "apt $(find /var/lib/apt /var/cache/apt -type f -printf '%p %s %T@\n' | sort | digest)"
echo "etc $(find /etc -type f -printf '%p %m %u ' -exec sha256sum {} \; | sort | digest)"
echo "kubelet $(sha256sum /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env | digest)"
echo "nodeops $(find /var/lib/nodeops 2>/dev/null | sort | digest)"
echo "kubectl-cache $(find /root/.kube /home/*/.kube 2>/dev/null | sort | digest)"
echo "units $(systemctl list-units --all --no-legend 'nodeops-*' | digest)"`;

/** Heartbeats, and what controllers note of them and of a probe that was late on a busy machine, change by themselves. */
const restless = /^(leases|events|endpoints|endpointslices|componentstatuses)(\.|$)/;

const found = z.object({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
    }),
  ),
});

type Found = z.infer<typeof found>['items'][number];

/** What was wished of an object, and by whom: its status, and what follows from it, belongs to the cluster. */
const wishedOf = ({ status: _status, metadata, ...rest }: Found): string => {
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata;
  const text = JSON.stringify({ ...rest, metadata: kept });
  const name = [rest.kind, metadata.namespace ?? '', metadata.name].join('/');
  return `object ${name} ${createHash('sha256').update(text).digest('hex')}`;
};

const objectLines = async ({ kubectl }: LabCluster): Promise<readonly string[]> => {
  const kinds = (await kubectl('api-resources', '--verbs=list', '-o', 'name'))
    .split('\n')
    .filter((kind) => kind !== '' && !restless.test(kind));
  const { items } = found.parse(JSON.parse(await kubectl('get', kinds.join(','), '-A', '-o', 'json')));
  return items.map(wishedOf).toSorted();
};

/** Everything that a dry run must leave as it was, a line each: `bad-w1 etc <sha256>`. */
export const digest = async (cluster: LabCluster): Promise<readonly string[]> => {
  const perNode = await Promise.all(
    cluster.nodes.map(async ({ name }) =>
      (await cluster.exec(name, 'sh', '-c', nodeDigest))
        .trim()
        .split('\n')
        .map((line) => `${name} ${line}`),
    ),
  );
  return [...perNode.flat(), ...(await objectLines(cluster))];
};
