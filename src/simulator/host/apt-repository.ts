import { createHash } from 'node:crypto';
import { SimulatorGap } from '../gap.ts';
import type { Host } from '../world/host.ts';
import type { Archive, ArchivePackage, Dependency } from '../world/world.ts';
import type { Source } from './apt-sources.ts';

/** Laid out as pkgs.k8s.io, on it or on a mirror. */
const kubernetesPath = /\/core(?::|%3[Aa])\/stable(?::|%3[Aa])\/v(\d+\.\d+)\/deb\/?$/;

/** The minor of a Kubernetes repository. @throws SimulatorGap for any other repository: nothing is known of those. */
export const minorOf = ({ uri, suite }: Source): string => {
  const minor = kubernetesPath.exec(uri)?.[1];
  if (minor === undefined || suite !== '/')
    throw new SimulatorGap(`apt: the repository ${uri} ${suite} is not modelled, only core:/stable:/vX.Y/deb/ is`);
  return minor;
};

/** Without the slash at its end and without a login: as apt names it. Source: apt, strutl.cc, `URI::NoUserPassword`. */
export const shownUri = ({ uri }: Source): string => uri.replace(/\/$/, '').replace(/^([a-z+]+:\/\/)[^/@]*@/, '$1');

/** The distribution's suite that a source names; undefined for a repository of Kubernetes. */
export const archiveOf = ({ world }: Host, { uri, suite, components }: Source): Archive | undefined => {
  if (suite === '/') return undefined;
  const found = world.archives.find((each) => each.uri === uri && each.suite === suite);
  if (components.join(' ') !== 'main') throw new SimulatorGap(`apt: the components ${components.join(' ')} of ${uri}`);
  return found;
};

/** Source: apt, `URItoFileName`; recorded on the lab: `pkgs.k8s.io_core:_stable:_v1.36_deb_InRelease`. */
export const listName = (source: Source, index: 'InRelease' | 'Packages'): string =>
  `${[
    shownUri(source),
    ...(source.suite === '/' ? [] : ['dists', source.suite, ...(index === 'Packages' ? ['main', 'binary-amd64'] : [])]),
  ]
    .join('/')
    .replace(/^[a-z+]+:\/\//, '')
    .replaceAll('/', '_')}_${index}`;

/** One package of an index. */
export interface Offered {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** Bytes of the archive, bytes once it is unpacked. */
  readonly size: number;
  readonly installedSize: number;
  readonly depends?: readonly Dependency[];
}

const mib = 1024 * 1024;
/** About what the real archives have. */
const sizes: Readonly<Record<string, readonly [number, number]>> = {
  kubeadm: [12.5 * mib, 72 * mib],
  kubelet: [13.3 * mib, 59 * mib],
  kubectl: [11.7 * mib, 58 * mib],
  'kubernetes-cni': [37 * mib, 105 * mib],
};

/** One package as a repository offers it. */
export const packageOf = (name: string, version: string): Offered => {
  const [size = mib, installedSize = mib] = sizes[name] ?? [];
  return { name, version, filename: `amd64/${name}_${version}_amd64.deb`, size, installedSize };
};

const ofArchive = ({ name, version, depends }: ArchivePackage): Offered => ({
  ...packageOf(name, version),
  filename: `pool/main/${name.charAt(0)}/${name}/${name}_${version.replace(/^\d+:/, '')}_amd64.deb`,
  ...(depends === undefined ? {} : { depends }),
});

/** The same for every minor: kubelet asks for any from 1.2.0 on. */
const companions = [['kubernetes-cni', '1.7.1-1.1']] as const;

/** What the repository of one minor holds now; undefined where there is no such repository. */
export const offersOf = (host: Host, minor: string): readonly Offered[] | undefined => {
  const versions = host.world.offers.get(minor);
  if (versions === undefined) return undefined;
  const all = ['kubeadm', 'kubelet', 'kubectl'].flatMap((name) => versions.map((version) => [name, version] as const));
  return [...all, ...companions].map(([name, version]) => packageOf(name, version));
};

/** What a source's repository holds now; undefined where there is none. @throws SimulatorGap for one that is not modelled. */
export const offersAt = (host: Host, source: Source): readonly Offered[] | undefined =>
  archiveOf(host, source)?.packages.map(ofArchive) ?? offersOf(host, minorOf(source));

/** Which repository an index is of, in what its file says of itself. Source: apt-secure(8); Debian's own Release files. */
export const releaseText = (host: Host, source: Source, bytes: number): string => {
  const archive = archiveOf(host, source);
  const names =
    archive === undefined
      ? `Origin: ${shownUri(source)}\n`
      : `Origin: Debian\nLabel: ${archive.label}\nSuite: ${archive.archive}\nVersion: ${archive.version}\n`;
  return `-----BEGIN PGP SIGNED MESSAGE-----\n${names}Size: ${bytes}\n`;
};

/** Stands for the hash of an archive that nobody has. */
export const archiveHash = (text: string): string => createHash('sha256').update(text).digest('hex');

const dependsField = (depends: readonly Dependency[] = []): string =>
  depends.length === 0
    ? ''
    : `Depends: ${depends.map(({ name, atLeast }) => (atLeast === undefined ? name : `${name} (>= ${atLeast})`)).join(', ')}\n`;

const readDepends = (field: string): readonly Dependency[] =>
  field.split(', ').flatMap((each) => {
    const [, name, atLeast] = /^(\S+)(?: \(>= (\S+)\))?$/.exec(each) ?? [];
    return name === undefined ? [] : [{ name, ...(atLeast === undefined ? {} : { atLeast }) }];
  });

/** An index as `apt-ftparchive packages` writes it. */
export const packagesText = (offers: readonly Offered[]): string =>
  offers
    .map(
      ({ name, version, filename, size, installedSize, depends }) =>
        `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${dependsField(depends)}Installed-Size: ${installedSize / 1024}\nFilename: ${filename}\nSize: ${size}\nSHA256: ${archiveHash(filename)}\nDescription: Kubernetes\n\n`,
    )
    .join('');

const read = new Map<string, readonly Offered[]>();

/** The packages of an index's text. */
export const readPackages = (text: string): readonly Offered[] => {
  let offers = read.get(text);
  if (offers === undefined) {
    offers = text.split('\n\n').flatMap((part) => {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? '';
      const name = field('Package');
      const numbers = { size: Number(field('Size')), installedSize: Number(field('Installed-Size')) * 1024 };
      const depends = readDepends(field('Depends'));
      const offer = { name, version: field('Version'), filename: field('Filename'), ...numbers };
      return name === '' ? [] : [depends.length === 0 ? offer : { ...offer, depends }];
    });
    read.set(text, offers);
  }
  return offers;
};
