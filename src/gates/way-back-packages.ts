import { z } from 'zod';
import { archives as archivesFact, type Archives } from '../facts/archives.ts';
import { offeredNow } from '../facts/offered-now.ts';
import type { OfferedPackages } from '../facts/offered-packages.ts';
import { packages as packageStates, type Packages } from '../facts/packages.ts';
import { newestFirst, restorePoints, type RestorePoint } from '../facts/restore-points.ts';
import type { WantedPackage } from '../commands/apt-get.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied, type Trouble } from '../model/verdict.ts';
import { upstreamOf, type Version } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';
import { whole } from '../steps/wanted-packages.ts';

/** Those that a rollback installs; kubernetes-cni and cri-tools stay as they are. */
const reinstalled = ['kubeadm', 'kubelet', 'kubectl'] as const;

interface Sight {
  readonly state: Packages;
  readonly offered?: OfferedPackages | undefined;
  readonly archives: Archives;
  readonly points: readonly RestorePoint[];
}

/** What the node would go back to: what it kept when it left for the target, otherwise what it is now. */
const before = ({ state, points }: Sight, target: Version): readonly WantedPackage[] => {
  const left = newestFirst(points).find(({ from, to }) => to === target && from !== target);
  return reinstalled.flatMap((name) => {
    const installed = state.installed[name];
    const version = left?.packages[name]?.version ?? (whole(installed?.status) ? installed?.version : undefined);
    return version === undefined || upstreamOf(version) === target ? [] : [{ name, version }];
  });
};

const isThere = ({ offered, archives, points }: Sight, { name, version }: WantedPackage): boolean =>
  (offered?.problem === undefined && offered?.offers[name]?.includes(version) === true) ||
  archives[name]?.[version] !== undefined ||
  points.some(({ debs }) => debs[name]?.version === version);

const why = ({ offered }: Sight): string => {
  if (offered === undefined) return 'no apt source offers Kubernetes packages';
  return offered.problem === undefined
    ? `the repository of v${offered.minor} does not offer them`
    : `the repository of v${offered.minor} cannot be read: ${offered.problem}`;
};

const archiveDirectory = '/var/cache/apt/archives';

/** What is still installed can be packed again; what has gone on has to come from a node that has it. */
const otherwise = (on: NodeSubject, { state }: Sight, lacking: readonly WantedPackage[]): string =>
  lacking.every(({ name, version }) => state.installed[name]?.version === version)
    ? `on ${on.node}, make archives of what is installed: apt-get install -y dpkg-repack && cd ${archiveDirectory} && dpkg-repack ${lacking.map(({ name }) => name).join(' ')}`
    : `copy the archives from a node that has them to ${on.node}:${archiveDirectory}`;

const warning = (on: NodeSubject, seen: Sight, lacking: readonly WantedPackage[]): Trouble => ({
  because: `${on.node}: a way back could not install ${lacking.map(({ name, version }) => `${name} ${version}`).join(', ')}: ${why(seen)}, and the node has no archives of them`,
  fix: `bring the mirror up to date; or ${otherwise(on, seen, lacking)}`,
});

/**
 * The packages of now can be had again, in exactly these versions. It only warns: an upgrade needs none of them, and a
 * repository that does not answer must not stop what would go well.
 */
export const wayBackPackages = defineStep({
  id: 'way-back-packages',
  subject: 'node',
  title: () => 'packages for a way back',
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({
    state: packageStates,
    offered: offeredNow,
    archives: archivesFact,
    points: restorePoints,
  }),
  optional: ['offered'],

  check: (seen, { version }, on) => {
    const lacking = before(seen, version).filter((each) => !isThere(seen, each));
    return lacking.length === 0 ? satisfied : judged([], [warning(on, seen, lacking)]);
  },

  waivable: true,
  explain: {
    why: 'A rollback installs the exact packages that ran before; a mirror that keeps only the newest patch no longer has them by then.',
    source: 'docs/rollback.md; apt-cache(8), madison; dpkg-repack(1)',
    type: ['apt-cache madison kubelet', 'ls /var/cache/apt/archives/kube*.deb /var/lib/nodeops-restore/*/debs'],
  },
});
