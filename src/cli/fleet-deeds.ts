import type { FleetDeeds } from '../fleet/run-fleet.ts';
import type { Cluster } from '../model/cluster.ts';
import { exitCode } from '../model/errors.ts';
import type { Confirmation } from '../model/event.ts';
import { parseVersion } from '../model/version.ts';
import type { FleetOutline, FleetWave, MemberState, WaveOutline } from '../model/fleet.ts';
import type { Wave } from '../model/wave.ts';
import type { RunRecord } from '../ports/journal-store.ts';
import type { Ui } from '../ports/ui.ts';
import { clusterParts, faultText, type Said } from './cluster-parts.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { outcomeOf } from './outcome-code.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import type { RunCluster, Settled } from './side-by-side.ts';
import type { Steering } from './steering.ts';
import { doubtsOf, lastEndOf } from './wave-proof.ts';

/** What all clusters of a fleet have in common. */
export interface FleetRun {
  readonly wishes: ReadonlyMap<string, ClusterWish>;
  readonly waves: readonly FleetWave[];
  readonly options: PlaybookOptions;
  readonly run: RunCluster;
  readonly record: RunRecord;
  readonly steering: Steering;
  readonly confirmed: ReadonlyMap<string, Confirmation>;
}

/** A cluster with the version that it was brought to: `--to` goes before what the inventory says. */
const asWished = ({ cluster, parameters: { version } }: ClusterWish): Cluster => {
  const wished = typeof version === 'string' ? parseVersion(version) : undefined;
  return wished === undefined ? cluster : { ...cluster, version: wished };
};

type Known = WaveOutline['members'][number];

const aheadStates = { work: 'waiting', idle: 'idle', blocked: 'blocked' } as const satisfies Record<
  FleetWave['members'][number]['ahead'],
  MemberState
>;

/** All waves as they are when one of them begins; `ends`: the clusters that came out of it. */
const outlineOf = (waves: readonly FleetWave[], begins: string, ends: ReadonlyMap<string, Known>): FleetOutline => ({
  waves: waves.map(({ wave: { name, source }, members }) => ({
    ...(source === '' ? {} : { name }),
    members: members.map(({ cluster, ahead }) => ends.get(cluster) ?? { cluster, state: aheadStates[ahead] }),
  })),
  current: waves.findIndex(({ wave }) => wave.name === begins),
});

/** What a fleet does to the world: the views, the clusters' runs, the questions. */
export const fleetDeeds = (parts: Parts, fleet: FleetRun): FleetDeeds => {
  const { wishes, options, record, steering } = fleet;
  const ends = new Map<string, Known>();
  const approvals = new Map<string, Settled['waveApprovedBy']>();
  let ui: Ui | undefined;
  let later: Said[] = [];
  const show = (said: Said): void => {
    parts.stderr.write(said.stderr);
    parts.stdout.write(said.stdout);
  };
  const wishOf = (cluster: string): ClusterWish => {
    const wish = wishes.get(cluster);
    if (wish === undefined) throw new Error(`the cluster ${cluster} is not part of this run`);
    return wish;
  };
  const settledFor = (cluster: string, { name, source }: Wave): Settled => {
    const [confirmedBy, waveApprovedBy] = [fleet.confirmed.get(cluster), approvals.get(name)];
    return {
      ...(confirmedBy === undefined ? {} : { confirmedBy }),
      ...(source === '' ? {} : { wave: name }),
      ...(waveApprovedBy === undefined ? {} : { waveApprovedBy }),
    };
  };
  const runOne: FleetDeeds['run'] = async (cluster, wave, stopping) => {
    if (ui === undefined) throw new Error(`the wave ${wave.name} has not begun`);
    const own = clusterParts(parts, { run: record.id, ui, record, stopping });
    ui.member?.(cluster, 'looking');
    const startedAt = parts.clock.now();
    let code: number;
    try {
      const settled = settledFor(cluster, wave);
      code = await fleet.run(own.parts, wishOf(cluster), { ...options, yes: true, settled });
    } catch (error) {
      own.parts.stderr.write(faultText(cluster, error));
      code = exitCode.failed;
    }
    // While a tree is drawn nothing else may be written to the terminal.
    if (parts.stdout.isTTY === true) later.push(own.take());
    else show(own.take());
    const state = outcomeOf(code);
    ui.member?.(cluster, state);
    ends.set(cluster, { cluster, state, startedAt, endedAt: parts.clock.now() });
    return state;
  };
  return {
    run: runOne,
    clock: parts.clock,
    stopping: (part) => (parts.stopping() ? 'by a signal' : steering.stoppedBy(part)),
    paused: (part) => steering.pausedBy(part),
    tell: (text) => {
      // While a tree is drawn nothing else may be written to the terminal.
      if (ui === undefined) parts.stderr.write(`${text}\n`);
      else ui.notice(text);
    },
    begin: async ({ name, source, parallel }, clusters) => {
      const begun = await parts.ui(options.output, record.id, outlineOf(fleet.waves, name, ends));
      ui = begun;
      const atOnce = options.parallel ?? parallel;
      // A view that is redrawn shows the waves itself.
      if (source !== '' && (options.output === 'json' || parts.stdout.isTTY !== true))
        begun.notice(
          `wave ${name}: ${clusters === 1 ? 'one cluster' : `${clusters} clusters`}${atOnce === undefined ? '' : `, ${atOnce} at a time`}`,
        );
      return {
        end: async () => {
          await begun.end();
          ui = undefined;
          later.forEach(show);
          later = [];
        },
      };
    },
    lastEnd: (cluster) => lastEndOf(parts, wishOf(cluster).cluster, options),
    approve: async ({ name }) => {
      const promoted = options.promote?.includes(name) === true;
      const yes = promoted || (parts.stdout.isTTY === true && (await parts.prompt.confirm(`Begin the wave ${name}?`)));
      if (yes) approvals.set(name, promoted ? '--promote' : 'typed yes');
      else if (parts.stdout.isTTY !== true)
        parts.stderr.write(`the wave ${name} wants a person's yes: type the same with --promote ${name}\n`);
      return yes;
    },
    doubts: (wave, clusters) =>
      doubtsOf(
        parts,
        wave,
        clusters.map((name) => asWished(wishOf(name))),
        options,
      ),
  };
};
