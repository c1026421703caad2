import type { Cluster } from '../../src/model/cluster.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';
import type { Wish } from '../../src/simulator/oracle/invariant.ts';
import { Oracle } from '../../src/simulator/oracle/oracle.ts';
import { drive } from '../../src/simulator/simulation/drive.ts';
import { Faults } from './faults.ts';
import { startMs, type Ground } from './ground.ts';
import { judge, type Judgement } from './judge.ts';
import { CommandWatch, watchedBy } from './observer.ts';
import { Operators, type Staff } from './operators.ts';
import type { Workplace } from './program-parts.ts';
import { limits } from './quiet-run.ts';
import type { Result } from './result.ts';
import { ShownOutput } from './shown-output.ts';

/** What one stage of a simulation begins with. */
export interface Setting {
  readonly cluster: Cluster;
  readonly machine: (name: string) => Workplace;
  /** Programs that ran before. */
  readonly programs: number;
}

/** What is asked for, who looks on, who types. */
export interface Work {
  readonly wish: Wish;
  readonly faults: readonly Fault[];
  readonly staff: Pick<Staff, 'playbook' | 'version' | 'otherMachine' | 'dryRunFirst'> & Partial<Staff>;
}

/** One command that people type until it is done, with an oracle of its own. */
export const begin = (ground: Ground, { machine, cluster, programs }: Setting, { wish, faults, staff }: Work) => {
  const oracle = new Oracle(ground.world, wish);
  const trouble = new Faults(ground, faults, wish.version, () => operators.begin(machine('other-desk')));
  const observers = watchedBy(oracle, trouble);
  const watch = new CommandWatch(ground, observers);
  const shown = new ShownOutput(ground.world);
  const operators: Operators = new Operators({
    way: { workers: 'each-hop' },
    ground,
    watch,
    observers,
    cluster,
    machine,
    before: programs,
    calm: () => trouble.injector.pending === 0,
    settle: () => trouble.injector.settle(),
    screen: (program) => shown.screen(program),
    away: () => trouble.troubled,
    ...staff,
  });
  return { wish, oracle, trouble, watch, shown, operators };
};

export type Begun = ReturnType<typeof begin>;

export const isDone = ({ last }: Operators): boolean =>
  last !== undefined && typeof last.how === 'object' && 'code' in last.how && last.how.code === 0;

/** Plays it to its end. `lacks`: what still differs from what was asked for, where that is more than a version. */
export const toTheEnd = async (
  ground: Ground,
  { wish, oracle, trouble, watch, shown, operators }: Begun,
  {
    lacks,
    needless,
  }: { readonly lacks?: (() => readonly string[]) | undefined; readonly needless: () => readonly string[] },
): Promise<Judgement> => {
  operators.begin();
  const end = await drive(ground.kernel, ground.wakes, limits, () => !operators.busy);
  return judge({
    end,
    operators,
    breaks: [...oracle.breaks, ...watch.breaks],
    misshown: shown.misshown,
    needless: [...needless(), ...oracle.window.lacks],
    struck: trouble.injector.struck,
    sight: { world: ground.world, wish, found: oracle.found, ...(lacks === undefined ? {} : { lacks }) },
  });
};

/** Whether something that was never to be over has come. */
export const standing = ({ trouble }: Begun): boolean =>
  trouble.injector.struck.some(({ fault, active }) => active && fault.permanent === true);

export const sumOf = (all: readonly Oracle['reached'][]): Readonly<Record<number, number>> => {
  const sum: Record<number, number> = {};
  for (const reached of all) for (const [number, times] of reached) sum[number] = (sum[number] ?? 0) + times;
  return sum;
};

/** What a simulation of several stages came to; the first is the one that faults befell. */
export const stagedResult = (
  ground: Ground,
  first: Begun,
  rest: Pick<Result, 'seed' | 'verdict' | 'what' | 'faults' | 'reached'> & Pick<Partial<Result>, 'rules'>,
): Result => {
  const { trouble, watch, operators } = first;
  const { last } = operators;
  return {
    ...rest,
    hits: trouble.hits,
    events: ground.kernel.ran,
    commands: watch.count,
    programs: operators.programs.length,
    virtualMs: ground.kernel.now - startMs,
    said: last === undefined ? '' : `${last.stdout}${last.stderr}`,
    trace: ground.trace.lines,
  };
};
