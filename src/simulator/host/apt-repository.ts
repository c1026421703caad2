import { createHash } from 'node:crypto';
import { SimulatorGap } from '../gap.ts';
import type { Host } from '../world/host.ts';
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

/** Source: apt, `URItoFileName`; recorded on the lab: `pkgs.k8s.io_core:_stable:_v1.36_deb_InRelease`. */
export const listName = (source: Source, index: 'InRelease' | 'Packages'): string =>
  `${shownUri(source)
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

/** The same for every minor: kubelet asks for any from 1.2.0 on. */
const companions = [['kubernetes-cni', '1.7.1-1.1']] as const;

/** What the repository of one minor holds now; undefined where there is no such repository. */
export const offersOf = (host: Host, minor: string): readonly Offered[] | undefined => {
  const versions = host.world.offers.get(minor);
  if (versions === undefined) return undefined;
  const all = ['kubeadm', 'kubelet', 'kubectl'].flatMap((name) => versions.map((version) => [name, version] as const));
  return [...all, ...companions].map(([name, version]) => packageOf(name, version));
};

/** Stands for the hash of an archive that nobody has. */
export const archiveHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An index as `apt-ftparchive packages` writes it. */
export const packagesText = (offers: readonly Offered[]): string =>
  offers
    .map(
      ({ name, version, filename, size, installedSize }) =>
        `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nInstalled-Size: ${installedSize / 1024}\nFilename: ${filename}\nSize: ${size}\nSHA256: ${archiveHash(filename)}\nDescription: Kubernetes\n\n`,
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
      return name === '' ? [] : [{ name, version: field('Version'), filename: field('Filename'), ...numbers }];
    });
    read.set(text, offers);
  }
  return offers;
};
