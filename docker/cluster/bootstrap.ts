import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { controlPlaneEndpoint, kubernetesNodes, network, podSubnet } from '../addresses.ts';
import { cgroupsHere, ignoredPreflightErrors, initConfiguration } from '../kubeadm-config.ts';
import { recipe } from '../paths.ts';
import { during } from '../progress.ts';
import { inNode } from './containers.ts';
import { externalEtcdOf, startExternalEtcd } from './external-etcd.ts';
import { recordNodes, type ClusterRecord } from './record.ts';
import { wireNetwork } from './wire-network.ts';

/** Installs the packages of a version on a fresh node, held, as an administrator would; none where there is no kubelet. */
export async function prepareNode(record: ClusterRecord, node: LabNode, pause: string): Promise<void> {
  const script = readFileSync(join(recipe, 'cluster/prepare-node.sh'), 'utf8');
  const mirrored = record.source === 'mirror';
  const nameServer = mirrored ? network.packages : hostNameServer();
  const registry = mirrored ? `${network.registry}:5000` : '';
  const version = node.role === 'etcd' || record.withoutPackages === true ? '' : record.version;
  await inNode(node.name, ['bash', '-s', '--', version, pause, nameServer, registry], { input: script });
}

/** kubeadm init on the first control plane, join on the others; `prepared` says when a node has its packages. */
export async function bootstrap(
  record: ClusterRecord,
  hosts: readonly LabNode[],
  prepared: (node: LabNode) => Promise<void>,
): Promise<void> {
  const nodes = kubernetesNodes(hosts);
  const [first, ...others] = nodes;
  if (!first) return;
  const certificateKey = randomBytes(32).toString('hex');
  await Promise.all([first, ...hosts.filter(({ role }) => role === 'etcd')].map(prepared));
  await startExternalEtcd(record, hosts);
  await during(`kubeadm init on ${first.name}`, () => initialise(record, first, certificateKey));
  await wireNetwork(record, [first]);
  const joinWords = (await inNode(first.name, ['kubeadm', 'token', 'create', '--print-join-command']))
    .trim()
    .split(/\s+/);
  const joinNode = (node: LabNode, ...flags: string[]): Promise<void> =>
    during(`kubeadm join on ${node.name}`, async () => {
      await prepared(node);
      await inNode(node.name, [
        ...joinWords,
        ...flags,
        `--ignore-preflight-errors=${ignoredPreflightErrors.join(',')}`,
      ]);
    });
  const workers = others.filter(({ role }) => role === 'worker').map((node) => joinNode(node));
  await Promise.all([joinControlPlanes(others, certificateKey, joinNode), ...workers]);
  await wireNetwork(record, nodes);
}

/** One at a time: etcd takes one new member after the other. */
async function joinControlPlanes(
  nodes: readonly LabNode[],
  certificateKey: string,
  joinNode: (node: LabNode, ...flags: string[]) => Promise<void>,
): Promise<void> {
  for (const node of nodes)
    if (node.role === 'control-plane') await joinNode(node, '--control-plane', '--certificate-key', certificateKey);
}

async function initialise(record: ClusterRecord, first: LabNode, certificateKey: string): Promise<void> {
  const external = externalEtcdOf(recordNodes(record));
  const configuration = initConfiguration({
    cluster: record.name,
    version: record.version,
    endpoint: controlPlaneEndpoint(record.slot, record.topology),
    podSubnet: podSubnet(record.slot),
    cgroups: cgroupsHere(),
    certificateKey,
    schedulable: record.topology.workers === 0,
    ...(external === undefined ? {} : { externalEtcd: external }),
  });
  await inNode(first.name, ['tee', '/root/kubeadm-init.yaml'], { input: configuration });
  await inNode(first.name, ['kubeadm', 'init', '--config', '/root/kubeadm-init.yaml', '--upload-certs']);
}

/** The host's first name server that is not its own loopback, which a node could not reach. */
function hostNameServer(): string {
  const addresses = [...readFileSync('/etc/resolv.conf', 'utf8').matchAll(/^nameserver\s+(\S+)/gm)].map(
    (match) => match[1] ?? '',
  );
  return addresses.find((address) => !address.startsWith('127.')) ?? '1.1.1.1';
}
