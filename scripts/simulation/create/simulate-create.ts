import { certificate } from '../../../src/simulator/cluster/certificates.ts';
import type { Fault, FaultKind } from '../../../src/simulator/faults/fault.ts';
import type { CreateWish } from '../../../src/simulator/oracle/create-wish.ts';
import { createLacks } from '../../../src/simulator/oracle/created.ts';
import type { Wish } from '../../../src/simulator/oracle/invariant.ts';
import type { Oracle } from '../../../src/simulator/oracle/oracle.ts';
import { Random } from '../../../src/simulator/random.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import type { Choice } from '../choice.ts';
import { drawFaults } from '../draw-faults.ts';
import { scenarioOf } from '../draw-scenario.ts';
import { layAlone, type Ground } from '../ground.ts';
import { judgeError, type Judgement } from '../judge.ts';
import { tokensOf } from '../operations/nodes.ts';
import { createWorkplace } from '../program-parts.ts';
import { pass } from '../quiet-run.ts';
import type { Result } from '../result.ts';
import { inventoryOf } from '../scenario.ts';
import {
  begin,
  isDone,
  stagedResult,
  standing,
  sumOf,
  toTheEnd,
  type Begun,
  type Setting,
  type Work,
} from '../stage.ts';
import { nodesOf } from '../undisturbed.ts';
import { createCommand, createFiles, networkName, resetCommand } from './create-commands.ts';
import { createScenarioOf, type CreateScenario, type Refusal } from './create-scenario.ts';

export interface CreateOptions {
  readonly traced?: boolean;
  /** In the place of those that the seed would draw. */
  readonly faults?: readonly Fault[];
  /** In the place of what the seed would draw. */
  readonly scenario?: Partial<CreateScenario>;
}

/** About what an undisturbed run sends, journals and lasts: measured with `--faults none`. */
const undisturbed = (world: World, { controlPlanes, workers }: CreateScenario) => ({
  ...nodesOf(world),
  commands: 40 + 30 * controlPlanes + 35 * workers,
  journals: 30 + 30 * controlPlanes + 25 * workers,
  durationMs: 60_000 + 30_000 * controlPlanes,
});

/** What somebody upgrades by hand is none of this course's business, nor are pods: there are none yet. */
const unfitting: readonly FaultKind[] = ['person-upgrades-by-hand', 'budget-blocks', 'pod-does-not-terminate'];

const put = ({ files }: Host, path: string, text: string): void => {
  files.makeDirectory(path.slice(0, path.lastIndexOf('/')), byCluster, { parents: true });
  files.write(path, text, byCluster, { mode: 0o600 });
};

const otherAuthority = (): string =>
  certificate({ commonName: 'kubernetes', about: 'another cluster', from: 0, until: 4e12, authority: true });

/** What is on hosts that are not as bare as they were to be. */
const layHosts = ({ world }: Ground, { unheld, refusal }: CreateScenario): void => {
  for (const name of unheld) for (const each of world.hosts.get(name)?.packages.values() ?? []) each.held = false;
  const host = world.hosts.get(refusal?.host ?? '');
  if (host === undefined) return;
  if (refusal?.what === 'data') put(host, '/var/lib/etcd/member/snap/db', 'somebody’s\n');
  if (refusal?.what !== 'files') return;
  put(host, '/etc/kubernetes/pki/ca.crt', otherAuthority());
  put(host, '/etc/kubernetes/kubelet.conf', 'apiVersion: v1\nkind: Config\n');
};

const refusalWords: Readonly<Record<Refusal, readonly string[]>> = {
  files: ['/etc/kubernetes'],
  data: ['/var/lib/etcd'],
  port: ['listens on'],
  small: ['kubeadm asks for'],
  network: ['overlaps'],
  address: ['does not have the address'],
};

const createWish = ({ refusal, labels, taints, controlPlanes, workers, hasCni }: CreateScenario): CreateWish => ({
  kind: 'create',
  labels,
  taints,
  schedulable: workers === 0,
  controlPlanes,
  ...(hasCni ? { network: networkName } : {}),
  ...(refusal === undefined
    ? {}
    : {
        refused: {
          // A network that overlaps is seen on whichever host is looked at.
          words: [refusal.what === 'network' ? [''] : [refusal.host], refusalWords[refusal.what]],
        },
      }),
});

const workOf = (
  world: World,
  scenario: CreateScenario,
  create: CreateWish,
  secrets: readonly string[],
): Pick<Work, 'wish' | 'staff'> => {
  const wish: Wish = {
    version: scenario.from,
    maxUnavailable: 1,
    deleteEmptyDirData: true,
    mode: 'outage',
    create,
    get secrets() {
      return [...secrets];
    },
  };
  return {
    wish,
    staff: {
      playbook: create.kind === 'reset' ? 'reset' : 'create',
      version: scenario.from,
      otherMachine: scenario.otherMachine,
      dryRunFirst: scenario.dryRunFirst,
      command: create.kind === 'reset' ? resetCommand(scenario) : createCommand(scenario),
      files: createFiles(world, scenario),
    },
  };
};

/** What one seed has in hand. */
interface Course {
  readonly ground: Ground;
  readonly scenario: CreateScenario;
  readonly secrets: readonly string[];
  readonly begun: Begun[];
}

const settingOf = ({ ground, scenario, begun }: Course): Setting => ({
  cluster: inventoryOf(scenarioOf(scenario.seed, scenario), [...ground.world.hosts.values()]),
  machine: createWorkplace,
  programs: begun.reduce((sum, { operators }) => sum + operators.programs.length, 0),
});

const play = (course: Course, create: CreateWish, faults: readonly Fault[]): Promise<Judgement> => {
  const { ground, scenario, secrets } = course;
  const { world } = ground;
  const begun = begin(ground, settingOf(course), { ...workOf(world, scenario, create, secrets), faults });
  course.begun.push(begun);
  const { wish, oracle } = begun;
  return toTheEnd(ground, begun, {
    lacks: () => createLacks(world, wish, create, oracle.found),
    needless: () => oracle.create?.lacks ?? [],
  });
};

/** One of its hosts is another cluster’s by now: whoever types `reset` does not know that. */
const giveAway = ({ world }: Ground, random: Random): string => {
  const host = random.pick([...world.hosts.values()].filter(({ role }) => role === 'worker'));
  put(host, '/etc/kubernetes/pki/ca.crt', otherAuthority());
  return host.name;
};

const named = (when: string, { verdict, what }: Judgement): Judgement => ({
  verdict,
  what: what.map((line) => `${when}: ${line}`),
});

/** Typed once more it finds nothing to do; then the cluster is ended, where the seed wants that. */
const afterwards = async (course: Course, create: CreateWish, choice: Choice): Promise<Judgement> => {
  const { ground, scenario } = course;
  course.begun.at(-1)?.trouble.injector.settle();
  await pass(ground, 900_000);
  const again = await play(course, { ...create, kind: 'again' }, []);
  if (again.verdict !== 'as-expected' || scenario.after === 'nothing') return named('typed once more', again);
  const random = new Random(scenario.seed ^ 0x4e5e7);
  const isForeign = scenario.after === 'reset-foreign' && scenario.workers > 0;
  const foreign = isForeign ? giveAway(ground, random) : undefined;
  const faults = drawFaults(scenario.seed ^ 0x4e5e7, undisturbed(ground.world, scenario), choice, unfitting);
  const ending: CreateWish = {
    ...create,
    kind: 'reset',
    ...(foreign === undefined ? {} : { foreign, refused: { words: [[foreign], ['belongs to another cluster']] } }),
  };
  return named('reset', await play(course, ending, faults));
};

/** A cluster that is made, from its seed to its verdict. The same seed and choice give the same result, to the last byte. */
export const simulateCreate = async (seed: number, choice: Choice, options: CreateOptions = {}): Promise<Result> => {
  const scenario = { ...createScenarioOf(seed, choice.topology), ...options.scenario };
  const { hosts, systems, hasCni } = scenario;
  const ground = layAlone(
    {
      ...scenario,
      systems,
      bare: (host) => hosts.get(host) ?? { has: 'containerd' },
      networkFrom: hasCni ? networkName : undefined,
    },
    options.traced ?? false,
  );
  const { world, trace } = ground;
  world.listen((event) => trace.line(() => `* ${JSON.stringify(event)}`));
  layHosts(ground, scenario);
  const course: Course = { ground, scenario, secrets: tokensOf(world), begun: [] };
  const faults = options.faults ?? drawFaults(seed, undisturbed(world, scenario), choice, unfitting);
  const create = createWish(scenario);
  let judgement: Judgement;
  try {
    judgement = await play(course, create, faults);
    const [made] = course.begun;
    if (judgement.verdict === 'as-expected' && made !== undefined && isDone(made.operators) && !standing(made))
      judgement = await afterwards(course, create, options.faults === undefined ? choice : { ...choice, kinds: [] });
  } catch (error) {
    judgement = judgeError(error);
  }
  const [first] = course.begun;
  if (first === undefined) throw new Error(`seed ${seed}: nothing was begun: ${judgement.what.join('; ')}`);
  return stagedResult(ground, first, {
    ...judgement,
    seed,
    faults,
    reached: sumOf(course.begun.map(({ oracle }) => oracle.reached)),
    rules: rulesOf(course.begun.map(({ oracle }) => oracle)),
  });
};

const rulesOf = (oracles: readonly Oracle[]): Readonly<Record<string, number>> => {
  const sum: Record<string, number> = {};
  for (const { create } of oracles)
    for (const [rule, times] of create?.reached ?? []) sum[rule] = (sum[rule] ?? 0) + times;
  return sum;
};
