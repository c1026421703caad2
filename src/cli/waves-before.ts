import type { Cluster } from '../model/cluster.ts';
import { shareOf, type Wave } from '../model/wave.ts';
import { wishesToUpgrade } from './commands/upgrade.ts';
import { lookAtFleet } from './fleet-sight.ts';
import type { Parts } from './parts.ts';
import { runAndGoBack } from './playbook-run.ts';
import type { RunPart } from './resumable.ts';
import type { StandingOptions } from './standing-options.ts';
import { doubtsOf, lastEndOf } from './wave-proof.ts';

interface Around {
  /** Every cluster of the inventory. */
  readonly all: readonly Cluster[];
  /** Of each cluster of the inventory the newest part of a run. */
  readonly recorded: readonly RunPart[];
  readonly options: StandingOptions;
}

const names = (clusters: readonly Pick<Cluster, 'name'>[]): string => clusters.map(({ name }) => name).join(', ');

const failing: readonly RunPart['state'][] = ['failed', 'blocked', 'drift'];

const failures = ({ name, maxFailedClusters }: Wave, members: readonly Cluster[], { recorded }: Around) => {
  const failed = members.filter((each) =>
    recorded.some(({ cluster, state }) => cluster === each.name && failing.includes(state)),
  );
  const allowed = shareOf(maxFailedClusters, members.length);
  return failed.length <= allowed
    ? undefined
    : `${failed.length} of ${members.length} clusters of the wave ${name} failed (${names(failed)}), and ${allowed} may`;
};

/** Of clusters that the inventory wishes a version for, those that are not at it, or cannot be seen to be. */
const notThere = async (
  parts: Parts,
  clusters: readonly Cluster[],
  { inventory, output, acceptNewHostKeys }: StandingOptions,
): Promise<readonly Cluster[]> => {
  const wished = clusters.filter(({ version }) => version !== undefined);
  if (wished.length === 0) return [];
  const wishes = wishesToUpgrade(parts, { inventory, cluster: wished.map(({ name }) => name), output });
  const looked = await lookAtFleet(
    parts,
    wishes,
    { output, dryRun: true, ...(acceptNewHostKeys === undefined ? {} : { acceptNewHostKeys }) },
    runAndGoBack,
  );
  return looked.flatMap(({ wish, member }) => (member.ahead === 'idle' ? [] : [wish.cluster]));
};

const unproven = async (
  parts: Parts,
  wave: Wave,
  members: readonly Cluster[],
  options: StandingOptions,
): Promise<string | undefined> => {
  const behind = await notThere(parts, members, options);
  if (behind.length > 0) return `the wave ${wave.name} is not done: ${names(behind)}`;
  const ends = await Promise.all(members.map((each) => lastEndOf(parts, each, options)));
  const until = Math.max(...ends.map((end) => end ?? 0)) + wave.soakMs;
  if (parts.clock.now() < until)
    return `the wave ${wave.name} has to stay well until ${new Date(until).toISOString().slice(0, 19)}Z`;
  const doubts = await doubtsOf(parts, wave, members, options);
  return doubts.length === 0 ? undefined : `the wave ${wave.name} has not proved itself: ${doubts.join('; ')}`;
};

/**
 * Why a cluster's wave is not to be begun, or not yet for it: more of it failed than may, its first ones are not done, or
 * an earlier wave is not done, not well for long enough, or has not proved itself. Undefined where nothing is in the way.
 * Reads only.
 */
export const wavesBefore = async (parts: Parts, cluster: Cluster, around: Around): Promise<string | undefined> => {
  const { wave, name } = cluster;
  if (wave === undefined) return undefined;
  const { all, options } = around;
  const own = all.filter((each) => each.wave?.name === wave.name);
  const failed = failures(wave, own, around);
  if (failed !== undefined) return failed;
  const first = wave.canary === undefined ? [] : own.slice(0, Math.max(1, shareOf(wave.canary, own.length)));
  const waited = first.some((each) => each.name === name) ? [] : await notThere(parts, first, options);
  if (waited.length > 0) return `the first of the wave ${wave.name} are not done: ${names(waited)}`;
  const earlier = Map.groupBy(
    all.filter((each) => each.wave !== undefined && each.wave.order < wave.order),
    (each) => each.wave?.order ?? 0,
  );
  for (const [, members] of [...earlier].toSorted(([one], [other]) => one - other)) {
    const why = members[0]?.wave && (await unproven(parts, members[0].wave, members, options));
    if (why !== undefined) return why;
  }
  return undefined;
};
