import { UsageError } from './usage-error.ts';

/**
 * Versions whose every part the Go module proxy holds, tried on the lab. What belongs to them (etcd, CoreDNS, pause)
 * is not listed here: the built kubeadm is asked.
 */
export const knownVersions = ['1.33.13', '1.34.2', '1.34.4', '1.35.4', '1.36.1', '1.36.3'] as const;

export const defaultVersions: readonly string[] = ['1.35.4', '1.36.3'];

/** `1.35.4` → `1.35`. */
export const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** `1.35.4` → 35. */
export const minorNumber = (version: string): number => Number(version.split('.')[1]);

/** Checks one version against what can be built; from the public repositories any version may come. */
export function checkVersion(text: string, source: 'mirror' | 'upstream'): string {
  const version = text.replace(/^v/, '');
  if (!/^1\.\d+\.\d+$/.test(version)) throw new UsageError(`'${text}' is not a version such as 1.35.4.`);
  if (source === 'mirror' && !(knownVersions as readonly string[]).includes(version)) {
    throw new UsageError(`Version ${version} cannot be built. Known versions: ${knownVersions.join(', ')}.`);
  }
  return version;
}

/** The newest known version of a minor. */
export function newestOf(minor: string): string {
  const newest = knownVersions.findLast((version) => minorOf(version) === minor.replace(/^v/, ''));
  if (newest !== undefined) return newest;
  const minors = [...new Set(knownVersions.map(minorOf))];
  throw new UsageError(`Minor ${minor} cannot be built. Known minors: ${minors.join(', ')}.`);
}

/**
 * The etcdctl that goes into an etcd image. The module of etcdctl 3.5.24 is not to be had, later ones of 3.5 are, and
 * any 3.5 client talks to any 3.5 server. Source: the module proxy, tried on the lab.
 */
export const etcdctlFor = (etcd: string): string => (etcd === '3.5.24' ? '3.5.33' : etcd);
