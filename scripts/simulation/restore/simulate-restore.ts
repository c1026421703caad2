import { faultKinds, type Fault } from '../../../src/simulator/faults/fault.ts';
import { planFaults } from '../../../src/simulator/faults/plan-faults.ts';
import type { Wish } from '../../../src/simulator/oracle/invariant.ts';
import { Oracle } from '../../../src/simulator/oracle/oracle.ts';
import { restoredLacks } from '../../../src/simulator/oracle/restored.ts';
import { Random } from '../../../src/simulator/random.ts';
import { drive } from '../../../src/simulator/simulation/drive.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import type { Choice } from '../choice.ts';
import { Faults } from '../faults.ts';
import { layAlone, startMs, type Ground } from '../ground.ts';
import { judge, judgeError, type Judgement } from '../judge.ts';
import { CommandWatch, watchedBy } from '../observer.ts';
import { Operators, type Staff } from '../operators.ts';
import type { Result } from '../result.ts';
import { ShownOutput } from '../shown-output.ts';
import { befall } from './disaster.ts';
import { prepare, type Prepared } from './prepare.ts';
import { limits, pass } from './quiet-run.ts';
import { restoreCommand } from './restore-commands.ts';
import { restoreScenarioOf, type RestoreScenario } from './restore-scenario.ts';
import { nodesOf } from '../undisturbed.ts';

export interface RestoreOptions {
  readonly traced?: boolean;
  /** In the place of those that the seed would draw. */
  readonly faults?: readonly Fault[];
  /** In the place of what the seed would draw. */
  readonly scenario?: Partial<RestoreScenario>;
}

/** About what an undisturbed restore sends, journals and lasts: measured with `--faults none`. */
const undisturbed = (world: World, { controlPlanes, workers }: RestoreScenario) => ({
  ...nodesOf(world),
  commands: 30 + 60 * controlPlanes + 12 * workers,
  journals: 30 + 60 * controlPlanes + 10 * workers,
  durationMs: 90_000 + 30_000 * controlPlanes,
});

/** What somebody upgrades by hand is none of a restore's business. */
const drawFaults = (world: World, scenario: RestoreScenario, { kinds }: Choice): readonly Fault[] => {
  const only = faultKinds.filter((kind) => (kinds?.includes(kind) ?? true) && kind !== 'person-upgrades-by-hand');
  return only.length === 0
    ? []
    : planFaults(new Random(scenario.seed ^ 0x5eed), undisturbed(world, scenario), { only });
};

/** What is asked for, who looks on, who types. */
interface Work {
  readonly wish: Wish;
  readonly faults: readonly Fault[];
  readonly staff: Pick<Staff, 'playbook' | 'version' | 'otherMachine' | 'dryRunFirst'> & Partial<Staff>;
}

const begin = (ground: Ground, { machine, cluster, programs }: Prepared, { wish, faults, staff }: Work) => {
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

type Begun = ReturnType<typeof begin>;

const isDone = ({ last }: Operators): boolean =>
  last !== undefined && typeof last.how === 'object' && 'code' in last.how && last.how.code === 0;

const toTheEnd = async (ground: Ground, begun: Begun): Promise<Judgement> => {
  const { wish, oracle, trouble, watch, shown, operators } = begun;
  operators.begin();
  const end = await drive(ground.kernel, ground.wakes, limits, () => !operators.busy);
  const { world } = ground;
  const { restore: restoring } = oracle;
  const { restore } = wish;
  const lacks =
    restore === undefined || restoring === undefined
      ? {}
      : { lacks: () => restoredLacks(world, wish, oracle.found, restore, restoring) };
  return judge({
    end,
    operators,
    breaks: [...oracle.breaks, ...watch.breaks],
    misshown: shown.misshown,
    needless: [...(restoring?.lacks ?? oracle.leaders.lacks), ...oracle.window.lacks],
    struck: trouble.injector.struck,
    sight: { world, wish, found: oracle.found, ...lacks },
  });
};

const standing = ({ trouble }: Begun): boolean =>
  trouble.injector.struck.some(({ fault, active }) => active && fault.permanent === true);

interface Upgraded {
  readonly judgement: Judgement;
  readonly reached: Oracle['reached'];
}

const sumOf = (all: readonly Oracle['reached'][]): Readonly<Record<number, number>> => {
  const sum: Record<number, number> = {};
  for (const reached of all) for (const [number, times] of reached) sum[number] = (sum[number] ?? 0) + times;
  return sum;
};

/** What was restored is a cluster like any other: nothing goes wrong any more, and it is upgraded. */
const upgrade = async (ground: Ground, prepared: Prepared, begun: Begun, to: string): Promise<Upgraded> => {
  begun.trouble.injector.settle();
  await pass(ground, 900_000);
  const after = begin(
    ground,
    { ...prepared, programs: prepared.programs + begun.operators.programs.length },
    {
      wish: { version: to, maxUnavailable: 1, deleteEmptyDirData: true },
      faults: [],
      staff: { playbook: 'upgrade', version: to, otherMachine: false, dryRunFirst: false },
    },
  );
  const { verdict, what } = await toTheEnd(ground, after);
  return {
    judgement: { verdict, what: what.map((line) => `upgraded afterwards: ${line}`) },
    reached: after.oracle.reached,
  };
};

const restoreWork = (scenario: RestoreScenario, { backup, files }: Prepared, faults: readonly Fault[]): Work => ({
  wish: {
    version: scenario.from,
    maxUnavailable: 1,
    deleteEmptyDirData: true,
    mode: 'outage',
    restore: backup,
  },
  faults,
  staff: {
    playbook: 'restore',
    version: scenario.from,
    otherMachine: scenario.otherMachine,
    dryRunFirst: scenario.dryRunFirst,
    command: restoreCommand({ ...scenario, again: scenario.before === 'same' }),
    files,
  },
});

/** One restore, from its seed to its verdict. The same seed and choice give the same result, to the last byte. */
export const simulateRestore = async (seed: number, choice: Choice, options: RestoreOptions = {}): Promise<Result> => {
  const scenario = { ...restoreScenarioOf(seed, choice.topology), ...options.scenario };
  const ground = layAlone(scenario, options.traced ?? false);
  const { kernel, world, trace } = ground;
  world.listen((event) => trace.line(() => `* ${JSON.stringify(event)}`));
  const prepared = await prepare(ground, scenario);
  befall(ground, scenario.disaster);
  await pass(ground, scenario.noticedMs);
  const faults = options.faults ?? drawFaults(world, scenario, choice);
  const begun = begin(ground, prepared, restoreWork(scenario, prepared, faults));
  let judgement: Judgement;
  const reached = [begun.oracle.reached];
  try {
    judgement = await toTheEnd(ground, begun);
    const { upgradesTo } = scenario;
    const goesOn = judgement.verdict === 'as-expected' && isDone(begun.operators) && !standing(begun);
    if (upgradesTo !== undefined && goesOn) {
      const upgraded = await upgrade(ground, prepared, begun, upgradesTo);
      judgement = upgraded.judgement;
      reached.push(upgraded.reached);
    }
  } catch (error) {
    judgement = judgeError(error);
  }
  const { oracle, trouble, watch, operators } = begun;
  const { last } = operators;
  return {
    ...judgement,
    seed,
    faults,
    hits: trouble.hits,
    reached: sumOf(reached),
    rules: Object.fromEntries(oracle.restore?.reached ?? []),
    events: kernel.ran,
    commands: watch.count,
    programs: operators.programs.length,
    virtualMs: kernel.now - startMs,
    said: last === undefined ? '' : `${last.stdout}${last.stderr}`,
    trace: trace.lines,
  };
};
