import type { Component, Host } from '../world/host.ts';
import type { Files } from '../world/files.ts';
import { byCluster } from '../world/actor.ts';
import { certificate } from './certificates.ts';
import { minorNumber } from './component-versions.ts';
import { databaseFile, firstDatabase } from './etcd-data.ts';
import { kubeletConfiguration } from './configuration-templates.ts';
import { joinedManifest } from './joined-manifest.ts';
import { kubeadmFlagsFile, kubeletConf, kubeletConfigFile } from './kubelet.ts';
import { componentNames, imagesOf, manifestPath, manifestText } from './manifests.ts';

const day = 86_400_000;
const runtime = 'unix:///run/containerd/containerd.sock';

/** PEM blocks that nothing in the simulation opens: keys. */
export const opaque = (kind: string, words: string): string =>
  `-----BEGIN ${kind}-----\n${Buffer.from(words).toString('base64')}\n-----END ${kind}-----\n`;

const clientFile = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** A kubelet's names the file of its certificate; all others hold theirs. */
export const kubeconfig = (cluster: string, server: string, user: string, pem?: string): string =>
  `apiVersion: v1
clusters:
- cluster:
    certificate-authority: /etc/kubernetes/pki/ca.crt
    server: https://${server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${user}@${cluster}
current-context: ${user}@${cluster}
kind: Config
users:
- name: ${user}
  user:
    ${pem === undefined ? `client-certificate: ${clientFile}` : `client-certificate-data: ${Buffer.from(pem).toString('base64')}`}
    client-key: ${clientFile}
`;

const put = (files: Files, path: string, text: string, mode: number): void => {
  const directory = path.slice(0, path.lastIndexOf('/'));
  if (files.stat(directory) === undefined) files.makeDirectory(directory, byCluster, { parents: true });
  files.write(path, text, byCluster, { mode });
};

/** kubeadm 1.34 and earlier write the pause image there; 1.33 the runtime's socket too (observed.md 11). */
export const kubeadmFlags = (version: string): string => {
  const minor = minorNumber(version);
  const flags = [
    ...(minor <= 33 ? ['--container-runtime-endpoint=unix:///run/containerd/containerd.sock'] : []),
    ...(minor <= 34 ? [`--pod-infra-container-image=registry.k8s.io/pause:${minor <= 33 ? '3.10' : '3.10.1'}`] : []),
  ];
  return `KUBELET_KUBEADM_ARGS="${flags.join(' ')}"\n`;
};

/** A control plane's own, with the subject that kubeadm gives them; its name where that is missing (recorded, 1.35.4). */
export const ownCertificates: readonly (readonly [file: string, subject?: string])[] = [
  ['apiserver', 'kube-apiserver'],
  ['apiserver-kubelet-client', 'kube-apiserver-kubelet-client'],
  ['apiserver-etcd-client', 'kube-apiserver-etcd-client'],
  ['front-proxy-client', 'front-proxy-client'],
  ['etcd/server'],
  ['etcd/peer'],
  ['etcd/healthcheck-client', 'kube-etcd-healthcheck-client'],
];

/** They were written when they were made, whenever that was. */
const dateBack = ({ files }: Host, since: number): void => {
  for (const directory of [
    '/etc/kubernetes',
    '/etc/kubernetes/pki',
    '/etc/kubernetes/pki/etcd',
    '/var/lib/kubelet/pki',
  ])
    for (const name of files.stat(directory) === undefined ? [] : files.list(directory))
      if (/\.(?:crt|key|pub|pem|conf)$/.test(name)) files.changeTime(`${directory}/${name}`, byCluster, since);
};

/** The kubelet began with it. */
const dateConfiguration = ({ files, kubelet }: Host): void =>
  files.changeTime(kubeletConfigFile, byCluster, kubelet.since - 2000);

export interface ClusterFiles {
  readonly cluster: string;
  readonly endpoint: string;
  readonly version: string;
  /** ms since the epoch, a whole day: when the certificates were made. */
  readonly since: number;
  /** The key of the cluster's authority is on its control planes; otherwise it is kept elsewhere (external CA mode). */
  readonly hasAuthority?: boolean | undefined;
  /** etcd's manifests are as `kubeadm join` wrote them; otherwise as kubeadm's upgrade does, which names one member. */
  readonly joined?: boolean | undefined;
}

const controlPlaneFiles = (
  host: Host,
  { cluster, endpoint, version, since, hasAuthority, joined }: ClusterFiles,
): void => {
  const { files } = host;
  const signed = (commonName: string): string =>
    certificate({ commonName, about: `${cluster} ${host.name} ${commonName}`, from: since, until: since + 365 * day });
  // The same on every control plane: kubeadm join fetches them.
  const authority = (commonName: string): string =>
    certificate({
      commonName,
      about: `${cluster} ${commonName}`,
      from: since,
      until: since + 3650 * day,
      authority: true,
    });
  const conf = (server: string, user: string): string => kubeconfig(cluster, server, user, signed(user));
  for (const name of componentNames satisfies readonly Component['name'][])
    put(files, manifestPath(name), manifestText(name, version, host, cluster), 0o600);
  const before = [...host.world.hosts.values()].filter(({ role }) => role === 'control-plane');
  if (joined === true && before.length > 0)
    put(files, manifestPath('etcd'), joinedManifest(files.read(manifestPath('etcd')), [...before, host]), 0o600);
  put(files, '/etc/kubernetes/admin.conf', conf(endpoint, 'kubernetes-admin'), 0o600);
  // kubeadm init writes it, join does not.
  if ([...host.world.hosts.values()].every(({ role }) => role === 'worker'))
    put(files, '/etc/kubernetes/super-admin.conf', conf(endpoint, 'kubernetes-super-admin'), 0o600);
  for (const user of ['controller-manager', 'scheduler'])
    put(files, `/etc/kubernetes/${user}.conf`, conf(`${host.address}:6443`, `system:kube-${user}`), 0o600);
  for (const [name, subject] of ownCertificates) {
    put(files, `/etc/kubernetes/pki/${name}.crt`, signed(subject ?? host.name), 0o644);
    put(files, `/etc/kubernetes/pki/${name}.key`, opaque('PRIVATE KEY', `${host.name} ${name}`), 0o600);
  }
  for (const name of ['front-proxy-ca', 'etcd/ca']) {
    put(files, `/etc/kubernetes/pki/${name}.crt`, authority(name.replace('/', '-')), 0o644);
    put(files, `/etc/kubernetes/pki/${name}.key`, opaque('PRIVATE KEY', `${cluster} ${name}`), 0o600);
  }
  if (hasAuthority === true) put(files, '/etc/kubernetes/pki/ca.key', opaque('PRIVATE KEY', `${cluster} ca`), 0o600);
  put(files, '/etc/kubernetes/pki/sa.key', opaque('PRIVATE KEY', `${cluster} sa`), 0o600);
  put(files, '/etc/kubernetes/pki/sa.pub', opaque('PUBLIC KEY', `${cluster} sa`), 0o644);
  put(files, databaseFile, firstDatabase(cluster), 0o600);
  files.makeDirectory('/etc/kubernetes/tmp', byCluster, { parents: true, mode: 0o700 });
};

/** What a kubelet talks to the API with: its kubeconfig, and the certificate and key that this names. */
export const kubeletCredentials = (
  host: Host,
  { cluster, server, since }: { readonly cluster: string; readonly server: string; readonly since: number },
): { readonly conf: string; readonly certificate: string } => {
  const client = certificate({
    organization: 'system:nodes',
    commonName: `system:node:${host.name}`,
    about: `${cluster} ${host.name}`,
    from: since,
    until: since + 365 * day,
  });
  return {
    conf: kubeconfig(cluster, server, `system:node:${host.name}`),
    certificate: client + opaque('EC PRIVATE KEY', host.name),
  };
};

/** Everything that kubeadm init and join left on the host. */
export const layOutKubernetes = (host: Host, about: ClusterFiles): void => {
  const { files } = host;
  const controlPlane = host.role === 'control-plane';
  const ca = certificate({
    commonName: 'kubernetes',
    about: `${about.cluster} ca`,
    from: about.since,
    until: about.since + 3650 * day,
    authority: true,
  });
  const server = controlPlane ? `${host.address}:6443` : about.endpoint;
  const { conf, certificate: client } = kubeletCredentials(host, { ...about, server });
  put(files, '/etc/machine-id', `${host.machineId}\n`, 0o444);
  put(files, '/etc/kubernetes/manifests/.kubelet-keep', '', 0o644);
  put(files, '/etc/kubernetes/pki/ca.crt', ca, 0o644);
  put(files, kubeletConf, conf, 0o600);
  put(files, '/var/lib/kubelet/pki/kubelet-client-current.pem', client, 0o600);
  const hasInstance = minorNumber(about.version) >= 34;
  put(
    files,
    kubeletConfigFile,
    hasInstance
      ? kubeletConfiguration.replace('containerRuntimeEndpoint: ""', `containerRuntimeEndpoint: ${runtime}`)
      : kubeletConfiguration,
    0o644,
  );
  put(files, kubeadmFlagsFile, kubeadmFlags(about.version), 0o644);
  if (hasInstance)
    put(files, '/var/lib/kubelet/instance-config.yaml', `containerRuntimeEndpoint: "${runtime}"\n`, 0o600);
  put(files, '/etc/default/kubelet', 'KUBELET_EXTRA_ARGS=\n', 0o644);
  if (controlPlane) controlPlaneFiles(host, about);
  dateBack(host, about.since);
  dateConfiguration(host);
  if (!controlPlane) return;
  // Its runtime still has what it began with: kubeadm pulls only what is not there (imagePullPolicy IfNotPresent).
  for (const image of imagesOf(about.version)) host.images.add(image);
};
