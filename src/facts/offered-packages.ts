import { scratch } from '../commands/build.ts';
import { privateAptRoot } from '../commands/private-apt-root.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { kubernetesPackages } from './packages.ts';

export interface OfferedPackages {
  readonly minor: string;
  /** Package → deb versions, newest first. */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  /** What apt says where the repository cannot be read. */
  readonly problem?: string;
}

/** Behind `privateAptRoot`: asks what it offers. */
export const askOffers = `
apt-get -c "$T/apt.conf" update -qq >&2 || :
apt-cache -c "$T/apt.conf" madison ${kubernetesPackages.join(' ')}
:`;

/** A mirror seldom changes, and each question is an update; an install names an exact version and fails if it is gone. */
const offerKeptMs = 10 * 60_000;

/** What `askOffers` printed. Absent where the host has no source of Kubernetes packages. */
export const parseOffers = (minor: string, { stdout, stderr, code }: Output): Parsed<OfferedPackages> => {
  if (code === 3) return { absent: true };
  if (code !== 0) return { unreadable: stderr.trim() || stdout };
  const offers: Record<string, string[]> = {};
  for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
    const [name = '', version = ''] = line.split('|').map((column) => column.trim());
    if (!/^[a-z0-9][a-z0-9.+-]*$/.test(name) || version === '') return { unreadable: line };
    const known = (offers[name] ??= []);
    if (!known.includes(version)) known.push(version);
  }
  const failed = /^(E:|W: (Failed to fetch|Some index files|GPG error))/m.test(stderr);
  if (failed) return { value: { minor, offers, problem: [...new Set(stderr.trim().split('\n'))].join('\n') } };
  return { value: { minor, offers }, keepMs: offerKeptMs };
};

/**
 * What the host's Kubernetes repository would offer if it were switched to `minor`. Source: apt-get(8), apt-cache(8)
 * `madison`; recorded on the lab, Debian 12, apt 2.6: nothing below /var/lib/apt and /var/cache/apt changes.
 */
export const offeredPackages = (minor: string): Fact<OfferedPackages> => {
  if (!/^\d+\.\d+$/.test(minor)) throw new TypeError(`${JSON.stringify(minor)} is not a minor version`);
  return defineFact<OfferedPackages>({
    id: 'offered-packages',
    parameters: [minor],
    subject: 'node',
    command: scratch(['sh', '-c', `${privateAptRoot(minor)}${askOffers}`], { timeoutMs: 90_000 }),
    parse: (output) => parseOffers(minor, output),
  });
};
