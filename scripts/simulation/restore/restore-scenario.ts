import { minuteMs } from '../../../src/model/duration.ts';
import { Random } from '../../../src/simulator/random.ts';
import { clusterName, type Topology } from '../scenario.ts';

/** What befalls the cluster after its backup. */
export const disasters = [
  /** Nothing: it is to be as it was. */
  'nothing',
  /** Objects are deleted by hand. */
  'objects-deleted',
  /** The files of all members are deleted, which no etcd that runs notices. */
  'files-deleted',
  /** The same, and every etcd ends. */
  'all-lost',
  /** The files of more than half of the members are torn, and those end. */
  'majority-torn',
] as const;
export type Disaster = (typeof disasters)[number];

/** Everything about a simulated restore but its faults, drawn from its seed. */
export interface RestoreScenario extends Topology {
  readonly seed: number;
  readonly name: string;
  readonly from: string;
  readonly disaster: Disaster;
  /** From the backup to the disaster, and from there to the operator. */
  readonly meanwhileMs: number;
  readonly noticedMs: number;
  /** The cluster was restored once before: this is its second, of a newer backup or of the same once more (`--again`). */
  readonly before?: 'another' | 'same';
  /** `nodeops resume` is typed at every second time. */
  readonly resumes: boolean;
  readonly otherMachine: boolean;
  readonly dryRunFirst: boolean;
  /** To which it is upgraded afterwards. */
  readonly upgradesTo?: string;
}

/** A version, and one that it can be upgraded to. */
const versions: readonly (readonly [string, string])[] = [
  ['1.36.1', '1.36.3'],
  ['1.35.4', '1.36.3'],
  ['1.34.2', '1.35.4'],
];

/** The scenario of a seed; a topology that is given takes the place of the drawn one. */
export const restoreScenarioOf = (seed: number, given?: Topology): RestoreScenario => {
  const random = new Random(seed ^ 0x4e5704e);
  const drawn = { controlPlanes: random.pick([1, 1, 2, 3, 3]), workers: random.pick([1, 1, 2]) };
  const [from, to] = random.pick(versions);
  const disaster = random.pick(disasters);
  const meanwhileMs = random.between(1, 60) * minuteMs;
  const noticedMs = random.pick([random.between(1, 20_000), random.between(1, 10) * minuteMs]);
  const before = random.chance(0.25) ? { before: random.pick(['another', 'same'] as const) } : {};
  const resumes = random.chance(0.4);
  const otherMachine = random.chance(0.3);
  const dryRunFirst = random.chance(0.2);
  const upgradesAfter = random.chance(0.25);
  return {
    seed,
    name: clusterName,
    ...(given ?? drawn),
    from,
    disaster,
    meanwhileMs,
    noticedMs,
    ...before,
    resumes,
    otherMachine,
    dryRunFirst,
    ...(upgradesAfter ? { upgradesTo: to } : {}),
  };
};
