import { allHosts, type Cluster } from '../model/cluster.ts';
import { exitCode } from '../model/errors.ts';
import { stepsOf, type Plan, type PlannedStep } from '../model/plan.ts';
import { window as windowGate } from '../gates/window.ts';
import { blocksOf } from '../model/verdict.ts';

/** Something that stands in the way of a run: where, what, and what to type. */
export interface Obstacle {
  /** Absent for the cluster as a whole. */
  readonly node?: string;
  readonly message: string;
  readonly fix: string;
  /** The maintenance window alone stands in the way: nothing is wrong. */
  readonly window?: true;
}

/** Gates that doubt which machine answers: nothing else that was seen on it means anything. */
const doubtsMachine: ReadonlySet<string> = new Set(['node-identity', 'node-membership']);
/** Gates that doubt the packages: a repository that cannot be read then is no second trouble. */
const doubtsPackages: ReadonlySet<string> = new Set(['repository-key', 'target-packages']);
/** Gates that doubt the version itself: whether anybody offers it is then no second trouble. */
const doubtsVersion: ReadonlySet<string> = new Set(['version-way', 'way-back']);
const asksForOffers: ReadonlySet<string> = new Set(['target-packages', 'image-registry']);

const isBlocked = ({ verdict }: PlannedStep): boolean => verdict.kind === 'blocked';
/** What a drain will meet has nothing to do with the version, although it is told to which nodes go. */
const aboutVersion = ({ with: wish, step }: PlannedStep): boolean => 'version' in wish && step !== 'drain-prediction';

/** Whether nothing but the maintenance window stands in the way. */
export const onlyWindow = (obstacles: readonly Obstacle[]): boolean =>
  obstacles.length > 0 && obstacles.every(({ window }) => window === true);

/** How a command ends that was stopped by them before anything was touched. */
export const codeOfObstacles = (obstacles: readonly Obstacle[]): number =>
  onlyWindow(obstacles) ? exitCode.outsideWindow : exitCode.blocked;

const obstaclesIn = ({ node, verdict, step }: PlannedStep): readonly Obstacle[] =>
  (verdict.kind === 'blocked' ? blocksOf(verdict) : []).map(({ because, fix }) => ({
    message: `blocked: ${node === undefined ? because : because.replace(`${node}: `, '')}`,
    fix,
    ...(node === undefined ? {} : { node }),
    ...(step === windowGate.id ? { window: true } : {}),
  }));

/** On each node what is blocked, but of the steps that lead to the version only the first: the others lean on it. */
const ownTroubles = (steps: readonly PlannedStep[]): readonly PlannedStep[] => {
  const first = steps.find(aboutVersion);
  return steps.filter((step) => step === first || !aboutVersion(step));
};

/** Gates that only say again what another says first: a version without packages has no images either. */
const followsFrom = (blocked: readonly PlannedStep[]): ((gate: PlannedStep) => boolean) => {
  const offWay = blocked.some(({ step }) => doubtsVersion.has(step));
  const withoutPackages = new Set(blocked.flatMap(({ step, node }) => (step === 'target-packages' ? [node] : [])));
  return ({ step, node }) =>
    (offWay && asksForOffers.has(step)) || (step === 'image-registry' && withoutPackages.has(node));
};

/** What a plan says stands in the way: every gate, and of the steps those that do not merely follow from a gate. */
export const obstaclesOf = (plan: Plan): readonly Obstacle[] => {
  const blocked = plan.phases.flatMap((phase) => phase.lanes.map(({ items }) => stepsOf(items).filter(isBlocked)));
  const otherMachines = new Set(blocked.flat().flatMap(({ step, node }) => (doubtsMachine.has(step) ? [node] : [])));
  const lanes = blocked.map((lane) =>
    lane.filter(({ step, node }) => doubtsMachine.has(step) || !otherMachines.has(node)),
  );
  const follows = followsFrom(lanes.flat());
  const gates = lanes.flat().filter((step) => step.assertion && !follows(step));
  const steps = lanes.flatMap((lane) => ownTroubles(lane.filter(({ assertion }) => !assertion)));
  const refusesVersion = gates.some((gate) => gate.node === undefined && aboutVersion(gate));
  const doubtsPackagesOf = (node: string | undefined): boolean =>
    gates.some((gate) => gate.node === node && doubtsPackages.has(gate.step));
  // What a gate has said of a node its steps need not say again.
  const said = new Set(
    gates.flatMap(({ verdict }) => (verdict.kind === 'blocked' ? blocksOf(verdict) : []).map(({ because }) => because)),
  );
  const saysAgain = ({ node, verdict }: PlannedStep): boolean =>
    verdict.kind === 'blocked' && blocksOf(verdict).every(({ because }) => said.has(`${node ?? ''}: ${because}`));
  const told = steps.filter(
    (step) => !saysAgain(step) && !(aboutVersion(step) && (refusesVersion || doubtsPackagesOf(step.node))),
  );
  return [...gates, ...told].flatMap(obstaclesIn);
};

/** What is said, the node's own name and address left out: the same on two nodes gives the same text. */
const likeness = (cluster: Cluster, { node, message, fix }: Obstacle): string => {
  const host = allHosts(cluster).find(({ name }) => name === node)?.ssh.host;
  const text = `${node === undefined ? 'cluster' : 'node'} ${message} ${fix}`;
  return [node, host].reduce<string>((left, own) => (own === undefined ? left : left.replaceAll(own, '…')), text);
};

/** Each obstacle once, with the further nodes that have the same: a fleet with one wrong key is one message. */
export const obstaclesText = (cluster: Cluster, obstacles: readonly Obstacle[]): string =>
  [...Map.groupBy(obstacles, (each) => likeness(cluster, each)).values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const where = first.node === undefined ? cluster.name : `${cluster.name}/${first.node}`;
      const more = [...new Set(others.map(({ node }) => node))].filter((node) => node !== first.node);
      return [
        `${where}: ${first.message}`,
        `    ${first.fix}`,
        ...(more.length === 0 ? [] : [`    the same on ${more.join(', ')}`]),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
