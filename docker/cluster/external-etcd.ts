import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { parseImageList } from '../build/image-list.ts';
import type { ExternalEtcd } from '../kubeadm-config.ts';
import { clusterFolder, recipe } from '../paths.ts';
import { during } from '../progress.ts';
import { inNode } from './containers.ts';
import { clientCertificate, etcdAuthority, memberCertificate, type CertificateFiles } from './etcd-certificates.ts';
import type { ClusterRecord } from './record.ts';

/** Where kubeadm's documentation puts them on control planes. Source: kubernetes.io, "External etcd topology". */
const onControlPlanes = {
  caFile: '/etc/kubernetes/pki/etcd/ca.crt',
  certFile: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
  keyFile: '/etc/kubernetes/pki/apiserver-etcd-client.key',
} as const;

/** The ways in which a service gets its settings: each host has another one, so that all of them are there. */
const ways = ['environment', 'flags', 'config-file'] as const;

const isEtcdHost = ({ role }: LabNode): boolean => role === 'etcd';

/** What kubeadm is told of the members that run on hosts of their own; nothing where there are none. */
export function externalEtcdOf(hosts: readonly LabNode[]): ExternalEtcd | undefined {
  const members = hosts.filter(isEtcdHost);
  if (members.length === 0) return undefined;
  return { endpoints: members.map(({ host }) => `https://${host}:2379`), ...onControlPlanes };
}

/**
 * Starts etcd as a systemd service on the hosts that are for it, from the image that kubeadm names for the version, with
 * an authority of its own, and gives the control planes the client's certificate. Nothing where there are none.
 */
export async function startExternalEtcd(record: ClusterRecord, hosts: readonly LabNode[]): Promise<void> {
  const members = hosts.filter(isEtcdHost);
  const planes = hosts.filter(({ role }) => role === 'control-plane');
  const [first] = planes;
  if (members.length === 0 || first === undefined) return;
  const folder = join(clusterFolder(record.name), 'etcd');
  const authority = await etcdAuthority(folder);
  await during(`etcd on ${members.map(({ name }) => name).join(', ')}`, async () => {
    const image = await etcdImage(record, first);
    const initial = members.map(({ name, host }) => `${name}=https://${host}:2380`).join(',');
    await Promise.all(
      members.map(async (member, index) => {
        const files = await memberCertificate(authority, folder, member);
        await putCertificate(member.name, files, '/etc/etcd/pki/ca.crt', '/etc/etcd/pki/server');
        const script = readFileSync(join(recipe, 'cluster/start-etcd.sh'), 'utf8');
        const way = ways[index % ways.length] ?? ways[0];
        await inNode(member.name, ['bash', '-s', '--', image, member.name, member.host, initial, way], {
          input: script,
        });
      }),
    );
    const client = await clientCertificate(authority, folder);
    await Promise.all(
      planes.map(({ name }) =>
        putCertificate(name, client, onControlPlanes.caFile, onControlPlanes.certFile.replace(/\.crt$/, '')),
      ),
    );
  });
}

/** As kubeadm names it for that version: `registry.k8s.io/etcd:3.6.6-0`. */
async function etcdImage(record: ClusterRecord, { name }: LabNode): Promise<string> {
  const listed = await inNode(name, ['kubeadm', 'config', 'images', 'list', `--kubernetes-version=v${record.version}`]);
  const image = parseImageList(listed).all.find((each) => each.includes('/etcd:'));
  if (image === undefined) throw new Error(`kubeadm ${record.version} names no image of etcd:\n${listed}`);
  return image;
}

const PUT = 'umask 077; mkdir -p "$(dirname "$1")"; cat >"$1"; chmod "$2" "$1"';

async function putCertificate(node: string, files: CertificateFiles, ca: string, pair: string): Promise<void> {
  const put = (path: string, mode: string, from: string): Promise<string> =>
    inNode(node, ['sh', '-c', PUT, 'sh', path, mode], { input: readFileSync(from, 'utf8') });
  await put(ca, '644', files.ca);
  await put(`${pair}.crt`, '644', files.certificate);
  await put(`${pair}.key`, '600', files.key);
}
