import type { Fault } from '../../src/simulator/faults/fault.ts';
import type { Wish } from '../../src/simulator/oracle/invariant.ts';
import { Oracle } from '../../src/simulator/oracle/oracle.ts';
import { drive } from '../../src/simulator/simulation/drive.ts';
import type { World } from '../../src/simulator/world/host.ts';
import type { Choice } from './choice.ts';
import { drawFaults } from './draw-faults.ts';
import { Faults } from './faults.ts';
import { layGround, startMs, type Ground } from './ground.ts';
import { judge, judgeError, type Judgement } from './judge.ts';
import { CommandWatch, watchedBy } from './observer.ts';
import { certificatesOperation, layCertificates } from './operations/certificates.ts';
import { etcdOperation, layEtcd } from './operations/etcd.ts';
import { kubeletOperation } from './operations/kubelet-config.ts';
import { patchedUpgrade } from './operations/patched-upgrade.ts';
import { layNodes, nodesOperation } from './operations/nodes.ts';
import type { Operation } from './operations/operation.ts';
import { Operators } from './operators.ts';
import { createWorkplace, type Workplace } from './program-parts.ts';
import { isKeptOut, seenMaintenance } from './maintenance.ts';
import { takenOut } from './taken-out.ts';
import { upgradeBefore } from './upgrade-before.ts';
import { limits } from './quiet-run.ts';
import type { Result } from './result.ts';
import { ShownOutput } from './shown-output.ts';
import { scenarioOf } from './draw-scenario.ts';
import { inventoryOf, type Scenario } from './scenario.ts';
import { seenWindow, writtenWindow } from './window.ts';
import { undisturbed } from './undisturbed.ts';

export interface SimulateOptions {
  readonly traced?: boolean;
  /** In the place of those that the seed would draw. */
  readonly faults?: readonly Fault[];
  /** Instead of an upgrade the cluster is backed up, from this machine. */
  readonly backup?: Workplace;
  /** Changes the world before anybody begins. */
  readonly before?: (world: World) => void;
  /** Looks at the world when all is over. */
  readonly after?: (world: World) => void;
}

/** Where simulated backups go. */
export const backupPlace = '/srv/backup';

/** What is typed in the place of an upgrade, once the world is as the scenario says. */
const operationOf = (scenario: Scenario, world: World): Operation | undefined => {
  const { certificates, kubelets, etcd, patches, nodes } = scenario;
  if (patches !== undefined) return patchedUpgrade(scenario, patches, world);
  if (etcd !== undefined) return etcdOperation(scenario, etcd, world);
  if (kubelets !== undefined) return kubeletOperation(scenario, kubelets, world);
  if (nodes !== undefined) return nodesOperation(scenario, nodes, world);
  if (certificates === undefined) return undefined;
  layCertificates(world, certificates);
  return certificatesOperation(scenario, certificates, world);
};

/** Everybody at work in one simulation. */
const staff = (ground: Ground, scenario: Scenario, faults: readonly Fault[], backsUp: boolean) => {
  const { world } = ground;
  const { maxUnavailable, mirrorPassword, goesBack, maintenance } = scenario;
  const version = goesBack === undefined && !backsUp ? scenario.to : scenario.from;
  const held = backsUp ? {} : seenWindow(scenario, faults.length === 0);
  const inventory = {
    ...inventoryOf(scenario, [...world.hosts.values()]),
    ...(backsUp ? {} : writtenWindow(scenario)),
  };
  const to = [{ kind: 'directory', path: backupPlace }] as const;
  const secrets = mirrorPassword === undefined ? [] : [mirrorPassword];
  const drain = scenario.way.drain === 'none' ? { drain: 'none' as const } : {};
  const back = goesBack === undefined ? {} : { rollback: true };
  const operation = operationOf(scenario, world);
  const own = operation?.wish ?? {};
  const asked = maintenance === undefined ? {} : { maintenance: seenMaintenance(maintenance, [...world.hosts.keys()]) };
  const wish: Wish = {
    version,
    maxUnavailable,
    deleteEmptyDirData: true,
    ...drain,
    ...back,
    ...held,
    ...asked,
    ...own,
    // Of some operations there are more as they go on.
    get secrets() {
      return [...secrets, ...(own.secrets ?? [])];
    },
  };
  const oracle = new Oracle(world, wish);
  const trouble = new Faults(ground, faults, version, () => operators.begin(createWorkplace('other-desk')));
  const observers = watchedBy(oracle, trouble);
  const watch = new CommandWatch(ground, observers);
  const shown = new ShownOutput(world);
  const operators: Operators = new Operators({
    ground,
    watch,
    observers,
    cluster: backsUp ? { ...inventory, backup: { ...inventory.backup, to } } : inventory,
    version,
    way: scenario.way,
    playbook: backsUp ? 'backup' : (maintenance?.operation ?? (goesBack === undefined ? 'upgrade' : 'rollback')),
    operation,
    ...(maintenance === undefined ? {} : { maintenance }),
    before: goesBack === undefined && !isKeptOut(maintenance) ? 0 : 1,
    otherMachine: scenario.otherMachine,
    ...held,
    dryRunFirst: scenario.dryRunFirst,
    calm: () => trouble.injector.pending === 0,
    settle: () => trouble.injector.settle(),
    screen: (program) => shown.screen(program),
    away: () => trouble.troubled,
  });
  return { wish, oracle, trouble, watch, shown, operators };
};

/** How often the rules of a course of its own were put to the test. */
const ruled = ({ etcd, nodes }: Oracle): Pick<Result, 'rules'> => {
  const reached = etcd?.reached ?? nodes?.reached;
  return reached === undefined ? {} : { rules: Object.fromEntries(reached) };
};

/** One simulation, from its seed to its verdict. The same seed and choice give the same result, to the last byte. */
export const simulate = async (seed: number, choice: Choice, options: SimulateOptions = {}): Promise<Result> => {
  const scenario = scenarioOf(seed, choice.topology, choice.course);
  const ground = layGround(scenario, options.traced ?? false);
  const { kernel, wakes, world, trace } = ground;
  world.listen((event) => trace.line(() => `* ${JSON.stringify(event)}`));
  if (scenario.goesBack !== undefined) await upgradeBefore(ground, scenario, scenario.goesBack);
  if (scenario.maintenance !== undefined) await takenOut(ground, scenario, scenario.maintenance);
  if (scenario.etcd !== undefined) await layEtcd(ground, scenario.etcd);
  if (scenario.nodes !== undefined) layNodes(world, scenario.nodes);
  options.before?.(world);
  const faults =
    options.faults ??
    drawFaults(
      scenario.seed,
      undisturbed(world, scenario),
      choice,
      scenario.goesBack === undefined ? [] : ['person-upgrades-by-hand'],
    );
  const { wish, oracle, trouble, watch, shown, operators } = staff(
    ground,
    scenario,
    faults,
    options.backup !== undefined,
  );
  let judgement: Judgement;
  try {
    operators.begin(options.backup);
    const end = await drive(kernel, wakes, limits, () => !operators.busy);
    const breaks = [...oracle.breaks, ...watch.breaks];
    const sight = { world, wish, found: oracle.found };
    const { misshown } = shown;
    const needless = [
      ...oracle.leaders.lacks,
      ...oracle.window.lacks,
      ...oracle.maintenance.lacks,
      ...(oracle.etcd?.lacks ?? []),
      ...(oracle.nodes?.lacks ?? []),
    ];
    judgement = judge({ end, operators, breaks, misshown, needless, struck: trouble.injector.struck, sight });
  } catch (error) {
    judgement = judgeError(error);
  }
  options.after?.(world);
  const { last } = operators;
  return {
    ...judgement,
    seed,
    faults,
    hits: trouble.hits,
    reached: Object.fromEntries(oracle.reached),
    ...ruled(oracle),
    events: kernel.ran,
    commands: watch.count,
    programs: operators.programs.length,
    virtualMs: kernel.now - startMs,
    said: last === undefined ? '' : `${last.stdout}${last.stderr}`,
    trace: trace.lines,
  };
};
