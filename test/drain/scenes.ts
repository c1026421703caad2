import { predictDrains, type Prediction, type Question } from '../../src/drain/predict-drains.ts';
import type { DisruptionBudget } from '../../src/facts/disruption-budgets.ts';
import type { MovablePod } from '../../src/facts/movable-pods.ts';
import type { NodeObject } from '../../src/facts/nodes.ts';
import type { Finding } from '../../src/drain/finding.ts';
import { movable, nodeObject, roomOf } from '../steps/values.ts';

export const now = 1_795_255_170_000;
const controlPlaneTaint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

/** A pod of the Deployment `app` in `default`. */
export const of = (app: string, node: string, change: Partial<MovablePod> = {}): MovablePod =>
  movable(`${app}-${node}-${change.name ?? '1'}`, {
    node,
    labels: { app, 'pod-template-hash': 'abc' },
    owner: { kind: 'ReplicaSet', name: `${app}-abc` },
    ...change,
  });

/** So many pods of it on one node. */
export const several = (count: number, app: string, node: string, change: Partial<MovablePod> = {}) =>
  Array.from({ length: count }, (_, index) => of(app, node, { ...change, name: `${app}-${node}-${index}` }));

export const budgetOf = (
  app: string,
  desiredHealthy: number,
  expectedPods: number,
  change: Partial<DisruptionBudget> = {},
): DisruptionBudget => ({
  namespace: 'default',
  name: app,
  selector: [{ key: 'app', operator: 'In', values: [app] }],
  minAvailable: String(desiredHealthy),
  freesUnhealthy: false,
  disruptionsAllowed: Math.max(0, expectedPods - desiredHealthy),
  currentHealthy: expectedPods,
  desiredHealthy,
  expectedPods,
  uncountable: false,
  ...change,
});

/** The same without a controller. */
export const lone = ({ owner: _owner, ...pod }: MovablePod): MovablePod => pod;

/** The same on no node yet. */
export const unbound = ({ node: _node, ...pod }: MovablePod): MovablePod => pod;

export interface Change {
  readonly pods?: readonly MovablePod[];
  readonly budgets?: readonly DisruptionBudget[];
  readonly nodes?: readonly NodeObject[];
  readonly seen?: Partial<Question['seen']>;
  readonly settings?: Partial<Question['settings']>;
  readonly drained?: readonly string[];
  readonly atOnce?: number;
  readonly out?: 'for-good';
  readonly returning?: readonly string[];
  readonly refused?: Question['refused'];
}

/** One control plane and three workers. */
export const allNodes = [
  nodeObject('cp1', { controlPlane: true, taints: [controlPlaneTaint] }),
  nodeObject('w1'),
  nodeObject('w2'),
  nodeObject('w3'),
];

export const question = ({ pods = [], budgets = [], nodes = allNodes, ...change }: Change): Question => ({
  seen: {
    nodes,
    rooms: nodes.map(({ name }) => roomOf(name)),
    pods,
    budgets,
    volumes: [],
    workloads: [],
    now,
    ...change.seen,
  },
  refused: change.refused ?? [],
  settings: { timeoutMs: 60_000, deleteEmptyDirData: false, ...change.settings },
  course: {
    stages: [{ nodes: change.drained ?? ['w1'], atOnce: change.atOnce ?? 1, outSeconds: change.out ?? 60 }],
    returning: change.returning ?? [],
  },
});

export const predicted = (change: Change): readonly Prediction[] => predictDrains(question(change));

export const findingsOf = (change: Change): readonly Finding[] => predicted(change).flatMap(({ findings }) => findings);

/** `w1 block never-allowed`, a line each. */
export const short = (change: Change): readonly string[] =>
  findingsOf(change).map(({ node, level, kind }) => `${node} ${level} ${kind}`);
