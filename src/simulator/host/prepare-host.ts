import { byCluster } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import { listName, offersOf, packagesText, shownUri } from './apt-repository.ts';
import { ContainerdUnit } from './containerd-unit.ts';
import { KubeletUnit } from './kubelet-unit.ts';
import { placeFiles } from './package-files.ts';
import { updatesDirectory } from './package-state.ts';
import { procFiles } from './proc-files.ts';
import { repositoryKey } from './repository-key.ts';

/** Debian 12's, as recorded. */
const osRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

const keyring = '/etc/apt/keyrings/kubernetes-apt-keyring.gpg';

/** With modes where they are not 0755. */
const directories: readonly (readonly [string, number?])[] = [
  ['/etc/apt/apt.conf.d'],
  ['/etc/apt/keyrings'],
  ['/etc/apt/preferences.d'],
  ['/etc/apt/sources.list.d'],
  ['/etc/apt/trusted.gpg.d'],
  ['/etc/modules-load.d'],
  ['/etc/sysctl.d'],
  ['/etc/ssl/certs'],
  ['/home/ops'],
  ['/root', 0o700],
  ['/run/lock'],
  ['/run/containerd'],
  ['/sys/fs/cgroup'],
  ['/sys/module/overlay'],
  ['/tmp', 0o1777],
  ['/usr/lib/apt'],
  ['/var/cache/apt/archives/partial', 0o700],
  ['/var/lib/apt/lists/partial', 0o700],
  ['/var/lib/containerd', 0o711],
  ['/var/lib/kubelet', 0o700],
  [updatesDirectory],
  ['/var/log'],
  ['/var/tmp', 0o1777],
];

const lockFiles = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
];

/** The text of the one source file of a host whose packages are of this minor. */
export const sourceText = (minor: string): string =>
  `deb [signed-by=${keyring}] https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /\n`;

const minorOfPackages = (host: Host): string =>
  /^\d+\.\d+/.exec(host.packages.get('kubeadm')?.version ?? host.packages.get('kubelet')?.version ?? '')?.[0] ?? '';

/** Where apt finds Kubernetes' packages, as far as it was told. */
const layOutSource = (host: Host): void => {
  const minor = minorOfPackages(host);
  if (minor === '') return;
  put(host, '/etc/apt/sources.list.d/kubernetes.list', sourceText(minor));
  put(host, keyring, repositoryKey());
  layOutLists(host, minor);
};

/** What /etc/fstab turns on at each start. */
const fstabOf = ({ machine: { swap } }: Host): string =>
  ['# UNCONFIGURED FSTAB FOR BASE SYSTEM', ...swap.map((device) => `${device} none swap sw 0 0`), ''].join('\n');

/** The lists as the last update left them. */
const layOutLists = (host: Host, minor: string): void => {
  const source = { uri: `https://pkgs.k8s.io/core:/stable:/v${minor}/deb/`, suite: '/', components: [], signedBy: [] };
  const packages = packagesText(offersOf(host, minor) ?? []);
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nOrigin: ${shownUri(source)}\nSize: ${packages.length}\n`;
  host.files.write(`/var/lib/apt/lists/${listName(source, 'InRelease')}`, signed, byCluster);
  host.files.write(`/var/lib/apt/lists/${listName(source, 'Packages')}`, packages, byCluster);
};

const put = (host: Host, path: string, text: string, mode = 0o644): void =>
  host.files.write(path, text, byCluster, { mode });

/**
 * Lays out what a Debian 12 host is beside Kubernetes' own files: apt and its source for the minor of the installed
 * packages, dpkg, systemd's units, /proc. Expects packages, boot and kubelet to be set.
 */
export const prepareHost = (host: Host): void => {
  const { files } = host;
  for (const [path, mode] of directories)
    if (files.stat(path) === undefined)
      files.makeDirectory(path, byCluster, { parents: true, ...(mode === undefined ? {} : { mode }) });
  if (files.stat('/var/lib/kubelet')?.mode !== 0o700) files.changeMode('/var/lib/kubelet', 0o700, byCluster);
  put(host, '/etc/shadow', 'root:*:20000:0:99999:7:::\n', 0o640);
  put(host, '/usr/lib/os-release', osRelease);
  if (files.linkStat('/etc/os-release') === undefined)
    files.link('../usr/lib/os-release', '/etc/os-release', byCluster);
  if (files.linkStat('/var/run') === undefined) files.link('/run', '/var/run', byCluster);
  if (files.stat('/etc/machine-id') === undefined) put(host, '/etc/machine-id', `${host.machineId}\n`, 0o444);
  put(host, '/usr/lib/apt/apt-helper', '\u007FELF apt-helper\n', 0o755);
  put(host, '/etc/ssl/certs/ca-certificates.crt', '# Mozilla\n');
  put(host, '/etc/hostname', `${host.name}\n`);
  for (const path of lockFiles) put(host, path, '', 0o640);
  layOutSource(host);
  put(host, '/etc/fstab', fstabOf(host));
  for (const { name, version } of host.packages.values()) placeFiles(host, name, version);
  files.compute('/proc', procFiles(host));
  const containerd = new ContainerdUnit(host);
  host.units.set('containerd.service', containerd);
  if (host.packages.has('containerd')) containerd.start();
  host.units.set('kubelet.service', new KubeletUnit(host));
};
