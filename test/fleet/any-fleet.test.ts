import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { runFleet, type FleetDeeds } from '../../src/fleet/run-fleet.ts';
import { inWaves } from '../../src/fleet/waves.ts';
import type { RunOutcome } from '../../src/model/event.ts';
import type { FleetEnd, Member } from '../../src/model/fleet.ts';
import type { AtOnce, ClusterShare, Wave } from '../../src/model/wave.ts';

/**
 * Fleets of all kinds, whose clusters only take time and end somehow, by what the documentation promises of waves and
 * limits. What is looked at stands here once more, in other words than in the program. `FLEETS=100000` for as many.
 */

const second = 1000;
const usualParallel = 10;
/** How long it may take until it is seen that a pause is over. */
const blink = 1000;

const share = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map((count) => ({ count })),
  fc.integer({ min: 0, max: 100 }).map((percent) => ({ percent })),
);

const clusterPlan = fc.record(
  {
    seconds: fc.integer({ min: 1, max: 18 }).map((fives) => fives * 5),
    fails: fc.array(fc.constantFrom<RunOutcome>('failed', 'blocked', 'drift', 'outside-window', 'interrupted'), {
      maxLength: 2,
    }),
    region: fc.integer({ min: 0, max: 2 }),
    paused: fc.record({ from: fc.integer({ min: 0, max: 200 }), seconds: fc.integer({ min: 1, max: 40 }) }),
  },
  { requiredKeys: ['seconds', 'fails', 'region'] },
);
type ClusterPlan = typeof clusterPlan extends fc.Arbitrary<infer Plan> ? Plan : never;

const wavePlan = fc.record(
  {
    soak: fc.constantFrom(0, 0, 10, 40),
    maxFailed: share,
    inFlight: fc.constantFrom<'finish' | 'stop'>('finish', 'stop'),
    approval: fc.boolean(),
    /** So often it is not let begin, and so often it has not proved itself. */
    refusals: fc.integer({ min: 0, max: 1 }),
    doubts: fc.integer({ min: 0, max: 1 }),
    clusters: fc.array(clusterPlan, { minLength: 1, maxLength: 8 }),
    canary: share,
    parallel: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: ['soak', 'maxFailed', 'inFlight', 'approval', 'refusals', 'doubts', 'clusters'] },
);
type WavePlan = typeof wavePlan extends fc.Arbitrary<infer Plan> ? Plan : never;

const fleetPlan = fc.record(
  {
    waves: fc.array(wavePlan, { minLength: 1, maxLength: 4 }),
    /** In which try, and after how many seconds of it, the program is killed or stopped. */
    ends: fc.array(
      fc.record({
        try: fc.integer({ min: 0, max: 3 }),
        after: fc.integer({ min: 0, max: 300 }),
        how: fc.constantFrom<'killed' | 'stopped'>('killed', 'stopped'),
      }),
      { maxLength: 3 },
    ),
    parallel: fc.integer({ min: 1, max: 6 }),
    perRegion: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['waves', 'ends'] },
);
type FleetPlan = typeof fleetPlan extends fc.Arbitrary<infer Plan> ? Plan : never;

/** One cluster over all tries. */
class Subject {
  readonly name: string;
  readonly wave: string;
  readonly plan: ClusterPlan;
  readonly atOnce: readonly AtOnce[];
  tries = 0;
  doneAt: number | undefined;

  constructor(name: string, wave: string, plan: ClusterPlan, perRegion: number | undefined) {
    this.name = name;
    this.wave = wave;
    this.plan = plan;
    this.atOnce = perRegion === undefined ? [] : [{ label: 'region', value: `${plan.region}`, most: perRegion }];
  }

  isPaused(at: number, slack = 0): boolean {
    const { from, seconds } = this.plan.paused ?? { from: 0, seconds: 0 };
    return seconds > 0 && at >= from * second && at < (from + seconds) * second + slack;
  }
}

const allowed = (of: ClusterShare, all: number): number =>
  'count' in of ? of.count : Math.floor((of.percent * all) / 100);

/** One start of the program, as seen from outside. */
class Try {
  readonly inHand = new Map<string, Subject>();
  readonly begun = new Map<string, number>();
  readonly ended = new Map<string, RunOutcome>();
  readonly endedAt = new Map<string, number>();
  readonly proved = new Set<string>();
  readonly approved = new Set<string>();
  current: string | undefined;
}

const ahead = ({ doneAt }: Subject): Member['ahead'] => (doneAt === undefined ? 'work' : 'idle');

class Fleet {
  readonly breaks: string[] = [];
  time = 0;
  sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  readonly subjects: readonly Subject[];
  readonly waves: readonly { readonly wave: Wave; readonly plan: WavePlan; readonly subjects: readonly Subject[] }[];
  readonly refused = new Map<string, number>();
  readonly doubted = new Map<string, number>();
  readonly #plan: FleetPlan;

  constructor(plan: FleetPlan) {
    this.#plan = plan;
    this.waves = plan.waves.map((each, order) => {
      const { canary, parallel, soak, maxFailed, inFlight, approval } = each;
      const name = `w${order}`;
      return {
        plan: each,
        subjects: each.clusters.map((one, at) => new Subject(`${name}-${at}`, name, one, plan.perRegion)),
        wave: {
          name,
          order,
          selector: { text: name, labels: [] },
          soakMs: soak * second,
          maxFailedClusters: maxFailed,
          inFlight,
          approval,
          checks: [],
          source: `fleet.yaml:${order + 3}`,
          ...(canary === undefined ? {} : { canary }),
          ...(parallel === undefined ? {} : { parallel }),
        },
      };
    });
    this.subjects = this.waves.flatMap(({ subjects }) => subjects);
  }

  #of(name: string) {
    const found = this.waves.find(({ wave }) => wave.name === name);
    if (found === undefined) throw new Error(`no wave ${name}`);
    return found;
  }

  sleep = (ms: number): Promise<void> => new Promise((wake) => void this.sleepers.push({ due: this.time + ms, wake }));

  #room(now: Try, subject: Subject): boolean {
    const { wave } = this.#of(subject.wave);
    const alike = [...now.inHand.values()].filter(({ plan }) => plan.region === subject.plan.region).length;
    return (
      now.inHand.size < (this.#plan.parallel ?? wave.parallel ?? usualParallel) &&
      alike < (this.#plan.perRegion ?? Infinity)
    );
  }

  #isHalted(now: Try, name: string): boolean {
    const { subjects, plan } = this.#of(name);
    const failed = subjects.filter((each) => ['failed', 'blocked', 'drift'].includes(now.ended.get(each.name) ?? ''));
    return failed.length > allowed(plan.maxFailed, subjects.length);
  }

  /** Those that go first, and whether they leave the others behind them waiting. */
  #isBehindCanary(now: Try, subject: Subject): boolean {
    const { subjects, plan } = this.#of(subject.wave);
    if (plan.canary === undefined) return false;
    const work = subjects.filter(({ name }) => this.#atStart.has(name));
    const first = work.slice(0, Math.max(1, allowed(plan.canary, subjects.length)));
    return !first.includes(subject) && first.some(({ name }) => now.ended.get(name) !== 'done');
  }

  /** Which clusters had something to do when a try began. */
  #atStart = new Set<string>();

  #judgeBegin(now: Try, subject: Subject): void {
    const index = this.waves.findIndex(({ wave }) => wave.name === subject.wave);
    const { plan } = this.#of(subject.wave);
    const rule = (what: string, holds: boolean): void => {
      if (!holds) this.breaks.push(`${subject.name} begun at ${this.time / second} s, but not: ${what}`);
    };
    rule('there is room', this.#room(now, subject));
    rule('it is not in hand', !now.inHand.has(subject.name) && !now.begun.has(subject.name));
    rule('it is not paused', !subject.isPaused(this.time));
    rule('the failures of its wave are within the budget', !this.#isHalted(now, subject.wave));
    rule('those that go first ended well', !this.#isBehindCanary(now, subject));
    rule('somebody let it begin', !plan.approval || now.approved.has(subject.wave));
    for (const before of this.waves.slice(0, index)) {
      const name = before.wave.name;
      rule(
        `${name} is over`,
        before.subjects.every((each) => each.doneAt !== undefined || now.ended.has(each.name)),
      );
      rule(`${name} is within its budget`, !this.#isHalted(now, name));
      rule(`${name} has proved itself`, now.proved.has(name));
      const last = Math.max(0, ...before.subjects.map((each) => now.endedAt.get(each.name) ?? each.doneAt ?? 0));
      rule(`${name} was well for long enough`, this.time >= last + before.wave.soakMs);
    }
  }

  /** Before time goes on: whoever could be in hand is. */
  #judgeIdle(now: Try, stopped: () => boolean): void {
    if (now.current === undefined || stopped() || this.#isHalted(now, now.current)) return;
    for (const subject of this.#of(now.current).subjects) {
      const waits = this.#atStart.has(subject.name) && !now.begun.has(subject.name);
      if (!waits || subject.isPaused(this.time, blink) || this.#isBehindCanary(now, subject)) continue;
      if (this.#room(now, subject))
        this.breaks.push(`at ${this.time / second} s ${subject.name} waits, and there is room`);
    }
  }

  #deeds(now: Try, stopped: () => boolean): FleetDeeds {
    return {
      clock: { now: () => this.time, sleep: this.sleep },
      tell: () => undefined,
      begin: ({ name }) => {
        now.current = name;
        return Promise.resolve({
          end: () => {
            now.current = undefined;
            return Promise.resolve();
          },
        });
      },
      run: async (cluster, _wave, stopping) => {
        const subject = this.subjects.find(({ name }) => name === cluster);
        if (subject === undefined) throw new Error(`no cluster ${cluster}`);
        this.#judgeBegin(now, subject);
        now.inHand.set(cluster, subject);
        now.begun.set(cluster, this.time);
        const wished = subject.plan.fails[subject.tries] ?? 'done';
        let left = subject.plan.seconds;
        for (; left > 0 && !stopping(); left -= 5) await this.sleep(5 * second);
        const outcome = left > 0 ? 'interrupted' : wished;
        subject.tries += left > 0 ? 0 : 1;
        if (outcome === 'done') subject.doneAt = this.time;
        now.inHand.delete(cluster);
        now.ended.set(cluster, outcome);
        now.endedAt.set(cluster, this.time);
        return outcome;
      },
      lastEnd: (cluster) => Promise.resolve(this.subjects.find(({ name }) => name === cluster)?.doneAt),
      approve: ({ name }) => {
        const count = this.refused.get(name) ?? 0;
        this.refused.set(name, count + 1);
        const yes = count >= this.#of(name).plan.refusals;
        if (yes) now.approved.add(name);
        return Promise.resolve(yes);
      },
      doubts: ({ name }) => {
        const count = this.doubted.get(name) ?? 0;
        this.doubted.set(name, count + 1);
        const isProved = count >= this.#of(name).plan.doubts;
        if (isProved) now.proved.add(name);
        return Promise.resolve(isProved ? [] : ['a doubt']);
      },
      stopping: () => (stopped() ? 'by a signal' : undefined),
      paused: ({ cluster }) =>
        this.subjects.find(({ name }) => name === cluster)?.isPaused(this.time) === true ? 'by somebody' : undefined,
    };
  }

  /** Types the command once; undefined where it was killed. */
  async start(number: number): Promise<FleetEnd | undefined> {
    const now = new Try();
    const begunAt = this.time;
    const end = this.#plan.ends.find((each) => each.try === number);
    const endsAt = end === undefined ? Infinity : begunAt + end.after * second;
    const stopped = (): boolean => end?.how === 'stopped' && this.time >= endsAt;
    this.sleepers = [];
    this.#atStart = new Set(this.subjects.filter((each) => ahead(each) === 'work').map(({ name }) => name));
    const members = this.waves.flatMap(({ wave, subjects }) =>
      subjects.map((each) => ({ wave, member: { cluster: each.name, ahead: ahead(each), atOnce: each.atOnce } })),
    );
    const settings = this.#plan.parallel === undefined ? {} : { parallel: this.#plan.parallel };
    let found: { readonly end: FleetEnd } | { readonly error: unknown } | undefined;
    void runFleet(inWaves(members), this.#deeds(now, stopped), settings).then(
      (value) => (found = { end: value }),
      (error: unknown) => (found = { error }),
    );
    for (;;) {
      await new Promise((resolve) => void setImmediate(resolve));
      if (found !== undefined && 'error' in found) throw found.error;
      if (found !== undefined) return found.end;
      this.#judgeIdle(now, stopped);
      const next = this.sleepers.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) throw new Error('nothing is waited for');
      if (end?.how === 'killed' && next.due > endsAt) {
        this.time = endsAt;
        return undefined;
      }
      this.sleepers = this.sleepers.filter((each) => each !== next);
      this.time = Math.max(this.time, next.due);
      next.wake();
    }
  }

  judgeEnd({ members, halt }: FleetEnd): void {
    const told = members.map(({ cluster }) => cluster).toSorted((a, b) => a.localeCompare(b));
    const all = this.subjects.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b));
    if (told.join() !== all.join()) this.breaks.push(`of ${all.join()} only ${told.join()} are told of`);
    if (halt === undefined && members.some(({ outcome }) => outcome === 'not-begun'))
      this.breaks.push('nobody says why something was not begun');
  }

  get left(): readonly string[] {
    return this.subjects.filter(({ doneAt }) => doneAt === undefined).map(({ name }) => name);
  }
}

const tries = ({ waves, ends }: FleetPlan): number =>
  ends.length +
  1 +
  waves.reduce(
    (sum, { clusters, refusals, doubts }) =>
      sum + refusals + doubts + clusters.reduce((all, { fails }) => all + fails.length, 0),
    0,
  );

it('keeps what is promised of waves and limits, and comes to its end whatever fails, stops or kills it', async () => {
  const runs = Number(process.env['FLEETS'] ?? 300);
  await fc.assert(
    fc.asyncProperty(fleetPlan, async (plan) => {
      const fleet = new Fleet(plan);
      for (let at = 0; at < tries(plan) && fleet.left.length > 0; at += 1) {
        const end = await fleet.start(at);
        if (end !== undefined) fleet.judgeEnd(end);
        fleet.time += second;
      }
      expect({ breaks: fleet.breaks, left: fleet.left }).toEqual({ breaks: [], left: [] });
    }),
    { numRuns: runs },
  );
});
