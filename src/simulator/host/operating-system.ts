import { byCluster } from '../world/actor.ts';
import type { Host, Package } from '../world/host.ts';
import type { Archive, ArchivePackage, Dependency } from '../world/world.ts';
import { listName, packagesText, releaseText } from './apt-repository.ts';
import type { Source } from './apt-sources.ts';
import { placeFiles } from './package-files.ts';
import { repositoryKey } from './repository-key.ts';
import { noteRestart } from './restart-wanted.ts';

/** A package of the distribution: as it was released, and as the archives have it now. */
interface Row {
  readonly name: string;
  readonly old: string;
  /** Missing where there is nothing newer. */
  readonly now?: string;
  readonly from: readonly ('main' | 'security')[];
  readonly depends?: readonly Dependency[];
}

const image = (release: string): string => `linux-image-${release}`;
const oldKernel = '6.1.0-25-amd64';
const newKernel = '6.1.0-41-amd64';
const kernelVersion = '6.1.158-1';
const tls = '3.0.17-1~deb12u3';

/** Of Debian 12; versions as its archives had them at some time. Those with two archives have the same in both. */
const rows: readonly Row[] = [
  { name: 'containerd', old: '1.6.20~ds1-1+deb12u3', now: '1.6.20~ds1-1+deb12u6', from: ['main'] },
  { name: 'curl', old: '7.88.1-10+deb12u7', now: '7.88.1-10+deb12u14', from: ['main'] },
  { name: 'dbus', old: '1.14.10-1~deb12u1', from: ['main'] },
  { name: 'libc6', old: '2.36-9+deb12u8', now: '2.36-9+deb12u13', from: ['main', 'security'] },
  { name: 'libssl3', old: '3.0.14-1~deb12u2', now: tls, from: ['security'] },
  {
    name: 'linux-image-amd64',
    old: '6.1.106-3',
    now: kernelVersion,
    from: ['security'],
    depends: [{ name: image(newKernel), atLeast: kernelVersion }],
  },
  {
    name: 'openssl',
    old: '3.0.14-1~deb12u2',
    now: tls,
    from: ['security'],
    depends: [{ name: 'libssl3', atLeast: tls }],
  },
  { name: 'tzdata', old: '2024a-0+deb12u1', now: '2025b-0+deb12u2', from: ['main'] },
];

/** Names of what a host may have an older version of. */
export const patchable: readonly string[] = rows.flatMap(({ name, now }) => (now === undefined ? [] : [name]));

const offered = (
  archive: 'main' | 'security',
  versionOf: (row: Row) => string | undefined,
): readonly ArchivePackage[] =>
  rows.flatMap((row) => {
    const version = versionOf(row);
    if (version === undefined || !row.from.includes(archive)) return [];
    const { name, depends } = row;
    return [{ name, version, ...(depends === undefined || version === row.old ? {} : { depends }) }];
  });

const archivesWith = (
  versionOf: (row: Row) => string | undefined,
  kernel: readonly ArchivePackage[],
): readonly Archive[] => [
  {
    uri: 'http://deb.debian.org/debian',
    suite: 'bookworm',
    label: 'Debian',
    version: '12.12',
    archive: 'stable',
    packages: offered('main', versionOf),
  },
  {
    uri: 'http://security.debian.org/debian-security',
    suite: 'bookworm-security',
    label: 'Debian-Security',
    version: '12',
    archive: 'stable-security',
    packages: [...offered('security', versionOf), ...kernel],
  },
];

/** What Debian's archives hold now. */
export const debianArchives = archivesWith(
  ({ old, now }) => now ?? old,
  [{ name: image(newKernel), version: kernelVersion }],
);

/** As lists show them that were read long ago. */
const longAgo = archivesWith(({ old }) => old, []);

/** How the operating system of a host is found. */
export interface System {
  /** Packages of which the older version is installed; the others are up to date. */
  readonly outdated: ReadonlySet<string>;
  /** Packages of the distribution that somebody holds. */
  readonly held: ReadonlySet<string>;
  /** Packages of Kubernetes that nobody holds. */
  readonly unheld: ReadonlySet<string>;
  /** What notes there that a restart is wanted; nothing does where it is missing. */
  readonly notes?: 'unattended-upgrades' | 'update-notifier-common';
  readonly hasNeedrestart: boolean;
  /** Its lists are from before what is outdated came out. */
  readonly hasOldLists: boolean;
  /** What is up to date of its kernel came without a restart. */
  readonly awaitsRestart: boolean;
  /** Packages of the distribution that are not installed. */
  readonly lacks?: ReadonlySet<string>;
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const sourceOf = ({ uri, suite }: Archive): Source => ({
  uri,
  suite,
  components: ['main'],
  signedBy: [{ path: keyring }],
});

const stanza = ({ uri, suite }: Archive): string =>
  `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`;

const layOutLists = (host: Host, archives: readonly Archive[]): void => {
  for (const archive of archives) {
    const source = sourceOf(archive);
    const offers = archive.packages.map((one) => ({
      ...one,
      filename: `pool/main/${one.name.charAt(0)}/${one.name}/${one.name}_${one.version}_amd64.deb`,
      size: 1024 * 1024,
      installedSize: 1024 * 1024,
    }));
    const text = packagesText(offers);
    host.files.write(`/var/lib/apt/lists/${listName(source, 'Packages')}`, text, byCluster);
    const release = releaseText(host, source, text.length);
    host.files.write(`/var/lib/apt/lists/${listName(source, 'InRelease')}`, release, byCluster);
  }
};

const install = (host: Host, name: string, version: string, held: boolean): void => {
  const found: Package = { name, version, status: 'installed', held };
  host.packages.set(name, found);
  placeFiles(host, name, version);
};

const installKernels = (host: Host, { outdated, awaitsRestart }: System): void => {
  const isOld = outdated.has('linux-image-amd64');
  install(host, image(oldKernel), '6.1.106-3', false);
  if (!isOld) install(host, image(newKernel), kernelVersion, false);
  host.boot.release = isOld || awaitsRestart ? oldKernel : newKernel;
  if (!isOld && awaitsRestart) noteRestart(host, image(newKernel), byCluster);
};

/** Lays an operating system out beneath what `prepareHost` left; `/boot` and Debian's sources with it. */
export const layOperatingSystem = (host: Host, system: System): void => {
  const { files } = host;
  for (const path of ['/boot', '/usr/share/keyrings'])
    if (files.stat(path) === undefined) files.makeDirectory(path, byCluster, { parents: true });
  files.write(keyring, repositoryKey(), byCluster);
  files.write('/etc/apt/sources.list.d/debian.sources', debianArchives.map(stanza).join('\n'), byCluster);
  layOutLists(host, system.hasOldLists ? longAgo : debianArchives);
  if (system.notes !== undefined) install(host, system.notes, '2.9.1+nmu3', false);
  if (system.hasNeedrestart) install(host, 'needrestart', '3.6-4+deb12u3', false);
  for (const { name, old, now = old } of rows)
    if (system.lacks?.has(name) !== true)
      install(host, name, system.outdated.has(name) ? old : now, system.held.has(name));
  installKernels(host, system);
  for (const name of system.unheld) {
    const found = host.packages.get(name);
    if (found !== undefined) found.held = false;
  }
};
