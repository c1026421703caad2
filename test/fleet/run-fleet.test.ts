import { describe, expect, it } from 'vitest';
import { runFleet, type FleetDeeds, type FleetSettings } from '../../src/fleet/run-fleet.ts';
import { steeringOf } from '../../src/cli/steering.ts';
import { inWaves } from '../../src/fleet/waves.ts';
import type { RunOutcome } from '../../src/model/event.ts';
import type { Member } from '../../src/model/fleet.ts';
import { type RunControl } from '../../src/model/run-control.ts';
import type { Wave } from '../../src/model/wave.ts';

const second = 1000;

/** Time passes only while everybody waits. */
class Clock {
  time = 0;
  #sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  now = (): number => this.time;
  sleep = (ms: number): Promise<void> => new Promise((wake) => void this.#sleepers.push({ due: this.time + ms, wake }));
  async drive<T>(work: Promise<T>): Promise<T> {
    let done = false;
    void work.finally(() => (done = true));
    for (;;) {
      await new Promise((resolve) => void setImmediate(resolve));
      if (done) return work;
      const next = this.#sleepers.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) throw new Error('nothing is waited for');
      this.#sleepers = this.#sleepers.filter((each) => each !== next);
      this.time = Math.max(this.time, next.due);
      next.wake();
    }
  }
}

const wave = (name: string, order: number, settings: Partial<Wave> = {}): Wave => ({
  name,
  order,
  selector: { text: `wave=${name}`, labels: [] },
  soakMs: 0,
  maxFailedClusters: { count: 0 },
  inFlight: 'finish',
  approval: false,
  checks: [],
  source: `prod.yaml:${order + 3}`,
  ...settings,
});

interface World {
  /** How each cluster ends, and after how many seconds; done after 10 unless said. */
  readonly ends?: Readonly<Record<string, readonly [RunOutcome, number]>>;
  readonly doubts?: (wave: string) => readonly string[];
  readonly approve?: (wave: string) => boolean;
  readonly lastEnd?: number;
  /** After how many seconds somebody pressed Ctrl-C. */
  readonly stopAfter?: number;
  /** What somebody asked from outside; `at` in seconds. */
  readonly controls?: readonly RunControl[];
  readonly settings?: FleetSettings;
}

const play = async (
  waves: readonly (readonly [Wave | undefined, readonly (string | Member)[]])[],
  world: World = {},
) => {
  const clock = new Clock();
  const log: string[] = [];
  const say = (text: string): void => void log.push(`${clock.time / second} ${text}`);
  let atOnce = 0;
  let most = 0;
  const steering = steeringOf(
    {
      of: () => (world.controls ?? []).filter(({ at }) => at <= clock.time / second),
      ask: () => Promise.reject(new Error('nobody asks here')),
    },
    'r1',
  );
  const isStopped = (): boolean => clock.time / second >= (world.stopAfter ?? Infinity);
  const deeds: FleetDeeds = {
    clock,
    begin: ({ name }) => {
      say(`wave ${name}`);
      return Promise.resolve({ end: () => Promise.resolve(say(`end of ${name}`)) });
    },
    run: async (cluster, _wave, stopping) => {
      say(cluster);
      most = Math.max(most, (atOnce += 1));
      const [outcome, seconds] = world.ends?.[cluster] ?? ['done', 10];
      for (let passed = 0; passed < seconds && !stopping(); passed += 1) await clock.sleep(second);
      atOnce -= 1;
      return stopping() && outcome === 'done' ? 'interrupted' : outcome;
    },
    lastEnd: () => Promise.resolve(world.lastEnd),
    approve: ({ name }) => {
      say(`asked for ${name}`);
      return Promise.resolve(world.approve?.(name) ?? true);
    },
    doubts: ({ name }, clusters) => {
      say(`${name} judged by ${clusters.join(' ')}`);
      return Promise.resolve(world.doubts?.(name) ?? []);
    },
    tell: say,
    stopping: (part) => {
      if (isStopped()) return 'by a signal';
      return steering.stoppedBy(part);
    },
    paused: (part) => steering.pausedBy(part),
  };
  const members = waves.flatMap(([each, clusters]) =>
    clusters.map((cluster) => ({
      member: typeof cluster === 'string' ? ({ cluster, ahead: 'work' } as const) : cluster,
      wave: each,
    })),
  );
  const end = await clock.drive(runFleet(inWaves(members), deeds, world.settings ?? {}));
  const outcomes = Object.fromEntries(end.members.map(({ cluster, outcome }) => [cluster, outcome]));
  return { log, most, outcomes, halt: end.halt, end };
};

const idle = (cluster: string): Member => ({ cluster, ahead: 'idle' });
const blocked = (cluster: string): Member => ({ cluster, ahead: 'blocked' });

describe('clusters without waves', () => {
  it('go side by side, and none stops another', async () => {
    const { outcomes, halt, end } = await play([[undefined, ['a', 'b', 'c', blocked('d')]]], {
      ends: { a: ['failed', 2], b: ['done', 30] },
    });
    expect(outcomes).toEqual({ a: 'failed', b: 'done', c: 'done', d: 'blocked' });
    expect(halt).toBeUndefined();
    expect(Math.max(...end.members.map(({ endedAt = 0 }) => endedAt))).toBe(30 * second);
  });

  it('ten at once, or as many as was said', async () => {
    const many = Array.from({ length: 25 }, (_, index) => `c${index}`);
    expect((await play([[undefined, many]])).most).toBe(10);
    expect((await play([[undefined, many]], { settings: { parallel: 3 } })).most).toBe(3);
    expect((await play([[wave('a', 0, { parallel: 20 }), many]])).most).toBe(20);
  });

  it('one slow cluster delays nobody', async () => {
    const many = Array.from({ length: 9 }, (_, index) => `c${index}`);
    const { end } = await play([[undefined, ['slow', ...many]]], {
      ends: { slow: ['done', 1000] },
      settings: { parallel: 2 },
    });
    const others = end.members.filter(({ cluster }) => cluster !== 'slow').map(({ endedAt = 0 }) => endedAt);
    expect(Math.max(...others)).toBe(90 * second);
  });
});

const inRegion = (cluster: string, value: string, most: number): Member => ({
  cluster,
  ahead: 'work',
  atOnce: [{ label: 'region', value, most }],
});

/** The most that ever went at once of the clusters whose name begins so. */
const mostOf = (
  ends: readonly { readonly cluster: string; readonly startedAt?: number; readonly endedAt?: number }[],
) => {
  const times = ends.map(({ startedAt = 0, endedAt = 0 }) => [startedAt, endedAt] as const);
  return Math.max(...times.map(([at]) => times.filter(([from, to]) => from <= at && at < to).length));
};

const inRack = (cluster: string, region: string, rack: string): Member => ({
  cluster,
  ahead: 'work',
  atOnce: [
    { label: 'region', value: region, most: 2 },
    { label: 'rack', value: rack, most: 1 },
  ],
});

const withLabel = (cluster: string, label: string): Member => ({
  cluster,
  ahead: 'work',
  atOnce: [{ label, value: 'x', most: 1 }],
});

describe('limits of a label', () => {
  it('so many of the same value go at once, and a full one delays no other', async () => {
    const west = Array.from({ length: 6 }, (_, index) => inRegion(`w${index}`, 'west', 2));
    const north = Array.from({ length: 2 }, (_, index) => inRegion(`n${index}`, 'north', 2));
    const { end, most, log } = await play([[undefined, [...west, ...north]]], { settings: { parallel: 4 } });
    const ofWest = end.members.filter(({ cluster }) => cluster.startsWith('w'));
    expect(mostOf(ofWest)).toBe(2);
    // Behind six of the other region in the list, and begun with the first two of them all the same.
    expect(log.slice(1, 5)).toEqual(['0 w0', '0 w1', '0 n0', '0 n1']);
    expect(most).toBe(4);
    expect(Math.max(...ofWest.map(({ endedAt = 0 }) => endedAt))).toBe(30 * second);
  });

  it('what holds for all holds beside it', async () => {
    const members = ['west', 'north', 'east'].map((region) => inRegion(region, region, 5));
    expect((await play([[undefined, members]], { settings: { parallel: 2 } })).most).toBe(2);
  });

  it('of several labels the one that is full counts; who has waited longest goes first', async () => {
    const { log } = await play([
      [undefined, [inRack('a', 'w', '1'), inRack('b', 'w', '1'), inRack('c', 'w', '2'), inRack('d', 'w', '3')]],
    ]);
    expect(log).toEqual(['0 wave all', '0 a', '0 c', '10 b', '10 d', '20 end of all']);
  });

  it('values of different labels do not count for each other', async () => {
    expect((await play([[undefined, [withLabel('a', 'region'), withLabel('b', 'rack')]]])).most).toBe(2);
  });

  it('one that fails gives its place back', async () => {
    const members = ['a', 'b'].map((cluster) => inRegion(cluster, 'west', 1));
    const { outcomes, end } = await play([[undefined, members]], { ends: { a: ['failed', 3] } });
    expect(outcomes).toEqual({ a: 'failed', b: 'done' });
    expect(end.members.find(({ cluster }) => cluster === 'b')?.startedAt).toBe(3 * second);
  });
});

/** A wave that wants a person's yes, behind one that does not. */
const approved = (work: string | Member) =>
  [
    [wave('dev', 0), ['a']],
    [wave('prod', 1, { approval: true }), [work]],
  ] as const;

describe('waves', () => {
  it('go one after the other, each judged before the next', async () => {
    const { log } = await play([
      [wave('prod', 1), ['p']],
      [wave('dev', 0), ['d1', 'd2']],
    ]);
    expect(log).toEqual([
      '0 wave dev',
      '0 d1',
      '0 d2',
      '10 end of dev',
      '10 dev judged by d1 d2',
      '10 wave prod',
      '10 p',
      '20 end of prod',
    ]);
  });

  it('a failure beyond what is allowed begins nothing more; what is in hand comes to its end', async () => {
    const { outcomes, halt } = await play(
      [
        [wave('dev', 0, { parallel: 2 }), ['a', 'b', 'c']],
        [wave('prod', 1), ['p']],
      ],
      { ends: { a: ['failed', 2], b: ['done', 5] } },
    );
    expect(outcomes).toEqual({ a: 'failed', b: 'done', c: 'not-begun', p: 'not-begun' });
    expect(halt).toEqual({ kind: 'failures', because: '1 of 3 clusters of the wave dev failed (a), and 0 may' });
  });

  it('what is in hand stops after its step where the wave says so', async () => {
    const { outcomes, end } = await play([[wave('dev', 0, { inFlight: 'stop' }), ['a', 'b']]], {
      ends: { a: ['failed', 2], b: ['done', 50] },
    });
    expect(outcomes).toEqual({ a: 'failed', b: 'interrupted' });
    expect(end.members.find(({ cluster }) => cluster === 'b')?.endedAt).toBe(2 * second);
  });

  it.each([
    [{ count: 1 }, 'done'],
    [{ percent: 25 }, 'done'],
    // Of three clusters a share of 25 % is none.
    [{ percent: 24 }, 'not-begun'],
  ] as const)('with %j allowed to fail the next wave is %s', async (maxFailedClusters, outcome) => {
    const { outcomes } = await play(
      [
        [wave('dev', 0, { maxFailedClusters }), ['a', 'b', 'c', 'd']],
        [wave('prod', 1), ['p']],
      ],
      { ends: { a: ['failed', 2] } },
    );
    expect(outcomes['p']).toBe(outcome);
  });

  it('the canaries go first; the others only once all of them ended well', async () => {
    const first = await play([[wave('prod', 0, { canary: { count: 1 } }), ['a', 'b', 'c']]]);
    expect(first.log.slice(1, 4)).toEqual(['0 a', '10 b', '10 c']);
    const ill = await play([[wave('prod', 0, { canary: { count: 1 }, maxFailedClusters: { count: 3 } }), ['a', 'b']]], {
      ends: { a: ['failed', 1] },
    });
    expect([ill.outcomes, ill.halt?.kind]).toEqual([{ a: 'failed', b: 'not-begun' }, 'canary']);
  });

  it('a share of canaries is at least one', async () => {
    const { log } = await play([[wave('prod', 0, { canary: { percent: 10 } }), ['a', 'b', 'c']]]);
    expect(log.slice(1, 3)).toEqual(['0 a', '10 b']);
  });

  it('clusters with nothing to do are no canaries', async () => {
    const { log } = await play([[wave('prod', 0, { canary: { count: 1 } }), [idle('a'), 'b', 'c']]]);
    expect(log.slice(0, 3)).toEqual(['0 wave prod', '0 b', '10 c']);
  });

  it('blocked clusters count as failed', async () => {
    const { outcomes } = await play([[wave('dev', 0), [blocked('a'), 'b']]]);
    expect(outcomes).toEqual({ a: 'blocked', b: 'not-begun' });
  });

  it('soaks from the end of the last cluster on', async () => {
    const { log } = await play([
      [wave('dev', 0, { soakMs: 60 * second }), ['a']],
      [wave('prod', 1), ['p']],
    ]);
    expect(log).toContain('10 the wave dev has to stay well until 1970-01-01T00:01:10Z');
    expect(log).toContain('70 p');
  });

  it('soaks no longer for clusters whose last run ended long ago, and looks at them all the same', async () => {
    const { log } = await play(
      [
        [wave('dev', 0, { soakMs: 60 * second }), [idle('a')]],
        [wave('prod', 1), ['p']],
      ],
      { lastEnd: -100 * second },
    );
    expect(log).toEqual(['0 dev judged by a', '0 wave prod', '0 p', '10 end of prod']);
  });

  it('goes on waiting where a soak of an earlier run is not over', async () => {
    const { log } = await play(
      [
        [wave('dev', 0, { soakMs: 60 * second }), [idle('a')]],
        [wave('prod', 1), ['p']],
      ],
      { lastEnd: -45 * second },
    );
    expect(log).toContain('15 p');
  });

  it('a soak ends with Ctrl-C', async () => {
    const { outcomes, halt } = await play(
      [
        [wave('dev', 0, { soakMs: 600 * second }), ['a']],
        [wave('prod', 1), ['p']],
      ],
      { stopAfter: 30 },
    );
    expect([outcomes, halt?.kind]).toEqual([{ a: 'done', p: 'not-begun' }, 'interrupted']);
  });

  it('does not go on while something speaks against it', async () => {
    const { outcomes, halt } = await play(
      [
        [wave('dev', 0), ['a']],
        [wave('prod', 1), ['p']],
      ],
      { doubts: () => ['a: nodes: w1 is not Ready', 'the check shop: exit code 1'] },
    );
    expect(outcomes).toEqual({ a: 'done', p: 'not-begun' });
    expect(halt?.because).toBe(
      'the wave dev has not proved itself:\n    a: nodes: w1 is not Ready\n    the check shop: exit code 1',
    );
  });

  it('asks a person before a wave that wants it, and not where nothing is to do', async () => {
    const no = await play(approved('p'), { approve: () => false });
    expect([no.outcomes, no.halt?.kind]).toEqual([{ a: 'done', p: 'not-begun' }, 'not-approved']);
    expect((await play(approved(idle('p')))).log).not.toContain('10 asked for prod');
    expect((await play(approved('p'))).outcomes).toEqual({ a: 'done', p: 'done' });
  });

  it('ends before the wave that is held', async () => {
    const { outcomes, halt } = await play(
      [
        [wave('dev', 0), ['a']],
        [wave('prod', 1), ['p']],
        [wave('last', 2), ['l']],
      ],
      { settings: { holdAt: 'prod' } },
    );
    expect([outcomes, halt?.because]).toEqual([{ a: 'done', p: 'not-begun', l: 'not-begun' }, '--hold prod']);
  });

  it('a window that closed over a cluster ends it before the next wave', async () => {
    const { outcomes, halt } = await play(
      [
        [wave('dev', 0), ['a', 'b']],
        [wave('prod', 1), ['p']],
      ],
      { ends: { a: ['outside-window', 3] } },
    );
    expect([outcomes, halt?.kind]).toEqual([{ a: 'outside-window', b: 'done', p: 'not-begun' }, 'outside-window']);
  });

  it('Ctrl-C stops those in hand and begins no other', async () => {
    const { outcomes, halt } = await play([[undefined, ['a', 'b']]], { stopAfter: 4, settings: { parallel: 1 } });
    expect([outcomes, halt?.kind]).toEqual([{ a: 'interrupted', b: 'not-begun' }, 'interrupted']);
  });
});

const asked = (at: number, act: RunControl['act'], scope: RunControl['scope']): RunControl => ({
  at,
  act,
  scope,
  by: 'ana@bastion',
});
const only = (...clusters: string[]) => ({ kind: 'clusters', clusters }) as const;

describe('from another process', () => {
  it('whoever is paused keeps no place of its region either', async () => {
    const members = ['a', 'b'].map((cluster) => inRegion(cluster, 'west', 1));
    const controls = [asked(0, 'pause', only('a')), asked(35, 'continue', only('a'))];
    const { log } = await play([[undefined, members]], { controls });
    expect(log.filter((line) => /^\d+ [ab]$/.test(line))).toEqual(['0 b', '35 a']);
  });

  it('a cluster that is paused is begun later, and keeps no other one from its place', async () => {
    const { log, outcomes } = await play([[undefined, ['a', 'b', 'c']]], {
      settings: { parallel: 1 },
      controls: [asked(0, 'pause', only('a')), asked(35, 'continue', only('a'))],
    });
    expect(outcomes).toEqual({ a: 'done', b: 'done', c: 'done' });
    expect(log.filter((line) => !line.includes('wave') && !line.includes('end'))).toEqual([
      '0 b',
      '0 a is not begun: paused by ana@bastion',
      '10 c',
      '35 a',
    ]);
  });

  it('a wave that is paused waits, and the next one behind it', async () => {
    const { log, outcomes } = await play(
      [
        [wave('dev', 0), ['a', 'b']],
        [wave('prod', 1), ['p']],
      ],
      {
        settings: { parallel: 1 },
        controls: [asked(5, 'pause', { kind: 'wave', wave: 'dev' }), asked(60, 'continue', { kind: 'all' })],
      },
    );
    expect(outcomes).toEqual({ a: 'done', b: 'done', p: 'done' });
    expect(log).toEqual(expect.arrayContaining(['10 b is not begun: paused by ana@bastion', '60 b', '70 p']));
  });

  it('a stop of everything ends a pause, and begins no other', async () => {
    const { outcomes, halt } = await play([[undefined, ['a', 'b']]], {
      settings: { parallel: 1 },
      controls: [asked(0, 'pause', only('b')), asked(20, 'stop', { kind: 'all' })],
    });
    expect([outcomes, halt]).toEqual([
      { a: 'done', b: 'not-begun' },
      { kind: 'interrupted', because: 'stopped by ana@bastion' },
    ]);
  });

  it('a stop of one cluster lets the others of its wave go on, but no later wave', async () => {
    const { outcomes, halt } = await play(
      [
        [wave('dev', 0), ['a', 'b', 'c']],
        [wave('prod', 1), ['p']],
      ],
      { settings: { parallel: 1 }, controls: [asked(5, 'stop', only('b'))] },
    );
    expect([outcomes, halt]).toEqual([
      { a: 'done', b: 'not-begun', c: 'done', p: 'not-begun' },
      { kind: 'interrupted', because: 'b did not come to the end' },
    ]);
  });

  it('a stop of everything ends a soak', async () => {
    const { outcomes, end } = await play(
      [
        [wave('dev', 0, { soakMs: 600 * second }), ['a']],
        [wave('prod', 1), ['p']],
      ],
      { controls: [asked(30, 'stop', { kind: 'all' })] },
    );
    expect([outcomes, end.halt?.kind]).toEqual([{ a: 'done', p: 'not-begun' }, 'interrupted']);
  });
});
