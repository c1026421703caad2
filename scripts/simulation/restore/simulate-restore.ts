import type { Fault } from '../../../src/simulator/faults/fault.ts';
import type { Oracle } from '../../../src/simulator/oracle/oracle.ts';
import { restoredLacks } from '../../../src/simulator/oracle/restored.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import type { Choice } from '../choice.ts';
import { drawFaults } from '../draw-faults.ts';
import { layAlone, type Ground } from '../ground.ts';
import { judgeError, type Judgement } from '../judge.ts';
import type { Result } from '../result.ts';
import { befall } from './disaster.ts';
import { prepare, type Prepared } from './prepare.ts';
import { pass } from '../quiet-run.ts';
import { restoreCommand } from './restore-commands.ts';
import { restoreScenarioOf, type RestoreScenario } from './restore-scenario.ts';
import { begin, isDone, stagedResult, standing, sumOf, toTheEnd, type Begun, type Work } from '../stage.ts';
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

const playRestore = (ground: Ground, begun: Begun): Promise<Judgement> => {
  const { wish, oracle } = begun;
  const { restore: restoring } = oracle;
  const { restore } = wish;
  return toTheEnd(ground, begun, {
    lacks:
      restore === undefined || restoring === undefined
        ? undefined
        : () => restoredLacks(ground.world, wish, oracle.found, restore, restoring),
    needless: () => restoring?.lacks ?? oracle.leaders.lacks,
  });
};

interface Upgraded {
  readonly judgement: Judgement;
  readonly reached: Oracle['reached'];
}

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
  const { verdict, what } = await playRestore(ground, after);
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
  const { world, trace } = ground;
  world.listen((event) => trace.line(() => `* ${JSON.stringify(event)}`));
  const prepared = await prepare(ground, scenario);
  befall(ground, scenario.disaster);
  await pass(ground, scenario.noticedMs);
  const faults =
    options.faults ?? drawFaults(scenario.seed, undisturbed(world, scenario), choice, ['person-upgrades-by-hand']);
  const begun = begin(ground, prepared, restoreWork(scenario, prepared, faults));
  let judgement: Judgement;
  const reached = [begun.oracle.reached];
  try {
    judgement = await playRestore(ground, begun);
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
  return stagedResult(ground, begun, {
    ...judgement,
    seed,
    faults,
    reached: sumOf(reached),
    rules: Object.fromEntries(begun.oracle.restore?.reached ?? []),
  });
};
