import type { RunOutcome } from '../model/event.ts';
import type { FleetEnd, FleetWave, Halt, Member, MemberEnd, MemberOutcome } from '../model/fleet.ts';
import { shareOf, type Wave } from '../model/wave.ts';
import type { ControlledPart } from '../model/run-control.ts';
import type { Clock } from '../ports/clock.ts';
import { Places } from './places.ts';

/** What a fleet asks of the world around it. */
export interface FleetDeeds {
  /** A wave begins, in which so many clusters have something to do; `end` once the last has come to its end. */
  begin(wave: Wave, clusters: number): Promise<{ end(): Promise<void> }>;
  /** Runs one cluster to its end, whatever comes of it; never rejects. `stopping`: whether it is to stop after the step in hand. */
  run(cluster: string, wave: Wave, stopping: () => boolean): Promise<RunOutcome>;
  /** When the last run of a cluster in which nothing is to do ended; undefined where nobody knows. */
  lastEnd(cluster: string): Promise<number | undefined>;
  /** Whether a person lets a wave begin. */
  approve(wave: Wave): Promise<boolean>;
  /** What speaks against going on after a wave; nothing where it has proved itself. */
  doubts(wave: Wave, clusters: readonly string[]): Promise<readonly string[]>;
  tell(text: string): void;
  /** Why one cluster, or all of the run where none is named, is to stop: a signal, or somebody asked; undefined where nobody did. */
  stopping(part?: ControlledPart): string | undefined;
  /** Why a cluster is not to be begun for now; undefined where it may be. */
  paused(part: ControlledPart): string | undefined;
  readonly clock: Clock;
}

export interface FleetSettings {
  /** How many clusters go at once, whatever their waves say. */
  readonly parallel?: number;
  /** The wave before which it ends. */
  readonly holdAt?: string;
}

/** Beyond it connections and handshakes of one machine get in each other's way. */
const usually = 10;

/** The longest that Ctrl-C waits for an answer during a soak, or a pause. */
const blinkMs = 1000;

const failing: readonly MemberOutcome[] = ['failed', 'blocked', 'drift'];
const isWell = ({ outcome }: MemberEnd): boolean => outcome === 'done' || outcome === 'idle';
const hasFailed = ({ outcome }: MemberEnd): boolean => failing.includes(outcome);

const names = (ends: readonly MemberEnd[]): string => ends.map(({ cluster }) => cluster).join(', ');

/** Why nothing more of a run is begun. */
const interruption = (deeds: FleetDeeds): Halt | undefined => {
  const why = deeds.stopping();
  return why === undefined ? undefined : { kind: 'interrupted', because: `stopped ${why}` };
};

/** Why nothing more of a wave is begun; undefined while more may be. */
const haltIn = ({ name, maxFailedClusters }: Wave, ends: readonly MemberEnd[], all: number): Halt | undefined => {
  const failed = ends.filter(hasFailed);
  const allowed = shareOf(maxFailedClusters, all);
  if (failed.length > allowed)
    return {
      kind: 'failures',
      because: `${failed.length} of ${all} clusters of the wave ${name} failed (${names(failed)}), and ${allowed} may`,
    };
  return undefined;
};

class WaveRun {
  readonly ends: MemberEnd[] = [];
  readonly #of: FleetWave;
  readonly #deeds: FleetDeeds;
  readonly #settings: FleetSettings;
  #canaryFailed: Halt | undefined;

  constructor(of: FleetWave, deeds: FleetDeeds, settings: FleetSettings) {
    this.#of = of;
    this.#deeds = deeds;
    this.#settings = settings;
  }

  halt(): Halt | undefined {
    const { wave, members } = this.#of;
    return interruption(this.#deeds) ?? this.#canaryFailed ?? haltIn(wave, this.ends, members.length);
  }

  async run(): Promise<void> {
    const { wave, members } = this.#of;
    for (const member of members) if (member.ahead !== 'work') this.ends.push(this.#unworked(member));
    const work = members.filter(({ ahead }) => ahead === 'work');
    if (work.length === 0) return;
    const canaries = wave.canary === undefined ? 0 : Math.max(1, shareOf(wave.canary, members.length));
    const begun = await this.#deeds.begin(wave, work.length);
    try {
      await this.#all(work.slice(0, canaries));
      const ill = this.ends.filter((end) => !isWell(end) && work.some(({ cluster }) => cluster === end.cluster));
      if (canaries > 0 && ill.length > 0 && work.length > canaries)
        this.#canaryFailed = {
          kind: 'canary',
          because: `the first of the wave ${wave.name} did not end well (${names(ill)})`,
        };
      await this.#all(work.slice(canaries));
    } finally {
      await begun.end();
    }
  }

  #unworked({ cluster, ahead }: Member): MemberEnd {
    return { cluster, wave: this.#of.wave.name, outcome: ahead === 'idle' ? 'idle' : 'blocked' };
  }

  async #all(members: readonly Member[]): Promise<void> {
    const places = new Places(this.#settings.parallel ?? this.#of.wave.parallel ?? usually);
    await Promise.all(members.map((member) => this.#inTurn(member, places)));
  }

  #partOf({ cluster }: Member): ControlledPart {
    const { wave } = this.#of;
    return { cluster, ...(wave.source === '' ? {} : { wave: wave.name }) };
  }

  /** Whoever is paused keeps no other one from its place: it is left, and asked for anew afterwards. */
  async #inTurn(member: Member, places: Places): Promise<void> {
    const deeds = this.#deeds;
    let told: string | undefined;
    const pause = (): string | undefined =>
      this.halt() === undefined && deeds.stopping(this.#partOf(member)) === undefined
        ? deeds.paused(this.#partOf(member))
        : undefined;
    for (;;) {
      const ended = await places.within(member.atOnce ?? [], async () => {
        if (pause() !== undefined) return false;
        await this.#one(member);
        return true;
      });
      if (ended) return;
      for (let why = pause(); why !== undefined; why = pause()) {
        if (why !== told) deeds.tell(`${member.cluster} is not begun: paused ${why}`);
        told = why;
        await deeds.clock.sleep(blinkMs);
      }
    }
  }

  async #one(member: Member): Promise<void> {
    const { cluster } = member;
    const { wave } = this.#of;
    const { clock } = this.#deeds;
    if (this.halt() !== undefined || this.#deeds.stopping(this.#partOf(member)) !== undefined) {
      this.ends.push({ cluster, wave: wave.name, outcome: 'not-begun' });
      return;
    }
    const startedAt = clock.now();
    const outcome = await this.#deeds.run(
      cluster,
      wave,
      () => this.#deeds.stopping() !== undefined || (wave.inFlight === 'stop' && this.halt() !== undefined),
    );
    this.ends.push({ cluster, wave: wave.name, outcome, startedAt, endedAt: clock.now() });
  }
}

/** Waits until all clusters of a wave have been well for as long as it says; false where that was stopped. */
const soak = async (wave: Wave, ends: readonly MemberEnd[], deeds: FleetDeeds): Promise<boolean> => {
  if (wave.soakMs === 0) return true;
  const { clock } = deeds;
  const known = await Promise.all(ends.map(async ({ cluster, endedAt }) => endedAt ?? (await deeds.lastEnd(cluster))));
  const until = Math.max(...known.map((at) => (at ?? 0) + wave.soakMs));
  if (clock.now() < until)
    deeds.tell(`the wave ${wave.name} has to stay well until ${new Date(until).toISOString().slice(0, 19)}Z`);
  while (clock.now() < until) {
    if (deeds.stopping() !== undefined) return false;
    await clock.sleep(Math.min(blinkMs, until - clock.now()));
  }
  return true;
};

/** Why the waves behind this one are not begun. */
const haltAfter = async (wave: Wave, ends: readonly MemberEnd[], deeds: FleetDeeds): Promise<Halt | undefined> => {
  const late = ends.filter(({ outcome }) => outcome === 'outside-window');
  if (late.length > 0)
    return { kind: 'outside-window', because: `the maintenance window of ${names(late)} left no time to end it` };
  const stopped = ends.filter(({ outcome }) => outcome === 'interrupted' || outcome === 'not-begun');
  if (stopped.length > 0)
    return interruption(deeds) ?? { kind: 'interrupted', because: `${names(stopped)} did not come to the end` };
  if (!(await soak(wave, ends, deeds))) return interruption(deeds);
  const doubts = await deeds.doubts(
    wave,
    ends.filter(isWell).map(({ cluster }) => cluster),
  );
  if (doubts.length === 0) return undefined;
  // Whoever is stopped in the middle of a check has not been refuted.
  if (deeds.stopping() !== undefined) return interruption(deeds);
  return { kind: 'unproven', because: `the wave ${wave.name} has not proved itself:\n    ${doubts.join('\n    ')}` };
};

const haltBefore = async (
  { wave, members }: FleetWave,
  deeds: FleetDeeds,
  { holdAt }: FleetSettings,
): Promise<Halt | undefined> => {
  if (holdAt === wave.name) return { kind: 'held', because: `--hold ${wave.name}` };
  if (!wave.approval || members.every(({ ahead }) => ahead !== 'work') || (await deeds.approve(wave))) return undefined;
  return { kind: 'not-approved', because: `nobody let the wave ${wave.name} begin` };
};

/**
 * Goes through the waves in their order, the clusters of each side by side: the next wave only once the one before has
 * stayed within its failures, was well for its soak and has proved itself. What is in hand comes to its end.
 */
export const runFleet = async (
  waves: readonly FleetWave[],
  deeds: FleetDeeds,
  settings: FleetSettings,
): Promise<FleetEnd> => {
  const members: MemberEnd[] = [];
  let halt: Halt | undefined;
  for (const [index, each] of waves.entries()) {
    halt ??= await haltBefore(each, deeds, settings);
    if (halt !== undefined) {
      const { wave } = each;
      members.push(...each.members.map(({ cluster }) => ({ cluster, wave: wave.name, outcome: 'not-begun' }) as const));
      continue;
    }
    const run = new WaveRun(each, deeds, settings);
    await run.run();
    members.push(...run.ends);
    halt = run.halt();
    const next = waves[index + 1]?.wave.name;
    // Where nothing comes after it, nothing has to be waited for or proved.
    if (halt === undefined && next !== undefined && next !== settings.holdAt)
      halt = await haltAfter(each.wave, run.ends, deeds);
  }
  return { members, ...(halt === undefined ? {} : { halt }) };
};
