import type { Result } from './result.ts';

/** The sum of many simulations: plain data, so that workers can hand it over. */
export interface Tally {
  seeds: number;
  events: number;
  commands: number;
  programs: number;
  virtualMs: number;
  readonly verdicts: Record<string, number>;
  readonly faults: Record<string, number>;
  /** `kind moment` → step → how often. */
  readonly table: Record<string, Record<string, number>>;
  readonly reached: Record<number, number>;
  /** The same of what fleets are held to. */
  readonly rules: Record<string, number>;
  /** The first of each verdict that did not end as they must. */
  readonly bad: Pick<Result, 'seed' | 'verdict' | 'what'>[];
}

/** More of a verdict are counted, not kept. */
const mostBad = 20;

export const emptyTally = (): Tally => ({
  seeds: 0,
  events: 0,
  commands: 0,
  programs: 0,
  virtualMs: 0,
  verdicts: {},
  faults: {},
  table: {},
  reached: {},
  rules: {},
  bad: [],
});

const add = <K extends string | number>(to: Record<K, number>, key: K, count: number): void => {
  to[key] = (to[key] ?? 0) + count;
};

const keep = (tally: Tally, bad: Tally['bad'][number]): void => {
  if (tally.bad.filter(({ verdict }) => verdict === bad.verdict).length < mostBad) tally.bad.push(bad);
};

/** Counts one simulation in. */
export const count = (tally: Tally, result: Result): void => {
  tally.seeds += 1;
  tally.events += result.events;
  tally.commands += result.commands;
  tally.programs += result.programs;
  tally.virtualMs += result.virtualMs;
  add(tally.verdicts, result.verdict, 1);
  for (const { kind, moment, step } of result.hits) {
    add(tally.faults, kind, 1);
    add((tally.table[`${kind} ${moment}`] ??= {}), step, 1);
  }
  for (const [number, times] of Object.entries(result.reached)) add(tally.reached, Number(number), times);
  for (const [rule, times] of Object.entries(result.rules ?? {})) add(tally.rules, rule, times);
  const { seed, verdict, what } = result;
  if (verdict !== 'as-expected') keep(tally, { seed, verdict, what });
};

/** Counts a worker's sum in. */
export const merge = (into: Tally, from: Tally): void => {
  into.seeds += from.seeds;
  into.events += from.events;
  into.commands += from.commands;
  into.programs += from.programs;
  into.virtualMs += from.virtualMs;
  for (const [verdict, times] of Object.entries(from.verdicts)) add(into.verdicts, verdict, times);
  for (const [kind, times] of Object.entries(from.faults)) add(into.faults, kind, times);
  for (const [row, steps] of Object.entries(from.table))
    for (const [step, times] of Object.entries(steps)) add((into.table[row] ??= {}), step, times);
  for (const [number, times] of Object.entries(from.reached)) add(into.reached, Number(number), times);
  for (const [rule, times] of Object.entries(from.rules)) add(into.rules, rule, times);
  for (const bad of from.bad) keep(into, bad);
};

/** Enough seeds that whatever can be reached must have been. */
const enoughSeeds = 1000;

/** Invariants that could never have been broken: then nothing was tried. */
export const neverReached = (tally: Tally, invariants: readonly number[]): readonly number[] =>
  tally.seeds < enoughSeeds ? [] : invariants.filter((number) => (tally.reached[number] ?? 0) === 0);

/** The same of what fleets are held to. */
export const rulesNeverReached = ({ seeds, rules }: Tally): readonly string[] =>
  seeds < enoughSeeds ? [] : Object.keys(rules).filter((rule) => rules[rule] === 0);

export const failures = (
  tally: Tally,
): { readonly broken: number; readonly unconverged: number; readonly other: number } => {
  const { broken = 0, unconverged = 0, gap = 0, crashed = 0 } = tally.verdicts;
  return { broken, unconverged, other: gap + crashed };
};
