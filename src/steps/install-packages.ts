import { z } from 'zod';
import { holdPackages, installPackages as installCommand, type WantedPackage } from '../commands/apt-get.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { offeredPackages, type OfferedPackages } from '../facts/offered-packages.ts';
import { owedHolds, owedHoldsFile } from '../facts/owed-holds.ts';
import { packageRepository } from '../facts/package-repository.ts';
import { packages as packageStates, type Packages } from '../facts/packages.ts';
import { restorePoints, type RestorePoint } from '../facts/restore-points.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { minorOf, upstreamOf, type Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import { concerned, exactVersion, keptPackage, missing, whole } from './wanted-packages.ts';

const packageNames = z.enum(['kubeadm', 'kubelet', 'kubectl'], { error: 'kubeadm, kubelet or kubectl' });

const change = (state: Packages, name: string, version: Version): string => {
  const installed = state.installed[name];
  if (installed === undefined) return `${name} → ${version}`;
  const condition = whole(installed.status) ? '' : ` (dpkg: ${installed.status})`;
  return `${name} ${upstreamOf(installed.version) ?? installed.version}${condition} → ${version}`;
};

interface Sight {
  readonly offered: OfferedPackages;
  readonly points: readonly RestorePoint[];
}

/** Where the version of a package comes from: the repository; on a way back also what the node itself kept of it. */
const source = (
  { offered, points }: Sight,
  { version, downgrade }: { readonly version: Version; readonly downgrade?: boolean | undefined },
  name: string,
): WantedPackage | undefined => {
  const exact = offered.problem === undefined ? exactVersion(offered, name, version) : undefined;
  if (exact !== undefined) return { name, version: exact };
  return downgrade === true ? keptPackage(points, name, version) : undefined;
};

/** What a person types for some packages; to an older version only where apt is told that it may. */
const typed = ({
  packages = ['kubeadm'],
  downgrade,
}: {
  readonly packages?: readonly string[] | undefined;
  readonly downgrade?: boolean | undefined;
}): readonly string[] => {
  const [allowed, version] = downgrade === true ? ['--allow-downgrades ', '1.35.4'] : ['', '1.36.3'];
  const wanted = packages.map((name) => `${name}='${version}-*'`).join(' ');
  return [
    `apt-mark unhold ${packages.join(' ')}`,
    `apt-get update && apt-get install -y ${allowed}${wanted}`,
    `apt-mark hold ${packages.join(' ')}`,
  ];
};

/** Installs exact versions and leaves the holds as they were found. Neither deb restarts the kubelet. */
export const installPackages = defineStep({
  id: 'install-packages',
  subject: 'node',
  title: ({ packages, version }) => `${packages.join(', ')} ${version}`,
  with: z.strictObject({
    version: z.string(),
    packages: z.array(packageNames).min(1),
    lockSeconds: z.number(),
    /** Of a way back: an older version may take the place of a newer one. */
    downgrade: z.boolean().optional(),
    /** Of a host that has none of them yet: kubectl comes too. */
    newHost: z.boolean().optional(),
  }),
  detect: ({ version }, _on: NodeSubject) => ({
    state: packageStates,
    owed: owedHolds,
    offered: offeredPackages(minorOf(version)),
    repository: packageRepository,
    kubelet: kubeletVersions,
    points: restorePoints,
  }),
  optional: ['kubelet'],

  check: (seen, wish, on) => {
    const { state, owed, offered } = seen;
    const { version, packages } = wish;
    const names = missing(state, packages, version, wish.newHost);
    if (names.length === 0) return owed.length === 0 ? satisfied : needed(`hold again: ${owed.join(', ')}`);
    if (names.every((name) => source(seen, wish, name) !== undefined))
      return needed(...names.map((name) => change(state, name, version)));
    if (offered.problem !== undefined)
      return blocked(
        `${on.node}: the repository of v${minorOf(version)} cannot be read: ${offered.problem}`,
        'see which source it is with `nodeops facts`, and try `apt-get update` on the node',
      );
    const lacking = names.filter((name) => source(seen, wish, name) === undefined);
    return blocked(
      `${on.node}: the repository of v${minorOf(version)} does not offer ${lacking.join(', ')} ${version}` +
        ` (it has ${[...new Set((offered.offers['kubeadm'] ?? []).map((deb) => upstreamOf(deb) ?? deb))].slice(0, 5).join(', ') || 'none'})`,
      'choose one of these with --to, or bring the mirror up to date',
    );
  },

  apply: (seen, wish, on) => {
    const { state, owed, repository } = seen;
    const { version, packages, lockSeconds, downgrade = false } = wish;
    const wanted = missing(state, packages, version, wish.newHost).flatMap((name) => source(seen, wish, name) ?? []);
    const held = Object.entries(state.installed).flatMap(([name, { held: isHeld }]) => (isHeld ? [name] : []));
    const holds = { holdAgain: [...new Set([...held, ...owed])], owedFile: owedHoldsFile, lockSeconds };
    if (wanted.length === 0) return [{ do: 'exec', on: on.node, command: holdPackages(holds) }];
    const enabled = repository.entries.filter((entry) => entry.enabled).map(({ file }) => file);
    // What the node kept itself needs no repository, which may not be there any more.
    const sources = wanted.every(({ archive }) => archive !== undefined) ? [] : [...new Set(enabled)];
    return [{ do: 'exec', on: on.node, command: installCommand(wanted, { sources, downgrade, ...holds }) }];
  },

  expect: (seen, wish) => {
    const { state, owed, kubelet } = seen;
    const { version, packages } = wish;
    const names = concerned(state, packages, wish.newHost);
    const installed = Object.fromEntries(
      names.map((name) => {
        const held = (state.installed[name]?.held ?? false) || owed.includes(name);
        const there = state.installed[name]?.version ?? '';
        const exact = source(seen, wish, name)?.version ?? (upstreamOf(there) === version ? there : version);
        return [name, { version: exact, status: held ? 'hi' : 'ii', held }];
      }),
    );
    return {
      owed: [],
      state: { audit: '', installed: { ...state.installed, ...installed } },
      kubelet: names.includes('kubelet') ? { ...kubelet, installed: version } : kubelet,
    };
  },

  // What an apt-get that was killed had begun: half-configured packages, holds that are owed.
  incidental: (left) => left.includes('(dpkg: ') || left.startsWith('hold again: '),
  explain: {
    why: 'The exact version is named, since `apt-get upgrade` would take whatever is newest; the hold is lifted for the moment only.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Upgrade kubeadm" and "Upgrade kubelet and kubectl"',
    type: typed({}),
    typeWith: typed,
  },
});
