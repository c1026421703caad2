import type { RefusedEviction } from '../facts/refused-evictions.ts';
import type { MovablePod } from '../facts/movable-pods.ts';
import { admissionFindings } from './admission-findings.ts';
import { hopelessOf, type Hopeless } from './budget-hope.ts';
import type { Course } from './course.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { evictable, nowhereToGo, podName } from './evictable-pods.ts';
import type { Finding } from './finding.ts';
import { podFindings, type DrainSettings } from './pod-findings.ts';
import { retrySeconds } from './leaving.ts';
import { playDrains } from './rollout.ts';
import { budgetKey, comeBack, sceneOf, type Actor, type Scene, type Seen } from './scene.ts';
import { refusedFindings, sufferings } from './trace-findings.ts';
import type { DrainTrace, Trace } from './trace.ts';

/** What one node's drain will meet. */
export interface Prediction extends Estimate {
  readonly node: string;
  readonly findings: readonly Finding[];
}

export interface Question {
  readonly seen: Seen;
  readonly course: Course;
  readonly settings: DrainSettings;
  /** What a server-side dry run was refused. */
  readonly refused: readonly RefusedEviction[];
}

const hopelessBudgets = (scene: Scene, { budgets, workloads }: Seen): ReadonlyMap<string, Hopeless> =>
  new Map(
    budgets.flatMap((budget) => {
      const why = hopelessOf(budget, [...(scene.budgeted.get(budgetKey(budget)) ?? [])], workloads);
      return why === undefined ? [] : [[budgetKey(budget), why] as const];
    }),
  );

const freshScene = ({ seen, course }: Question): Scene => {
  const scene = sceneOf(seen);
  for (const name of course.returning) {
    const place = scene.places.get(name);
    if (place !== undefined) comeBack(place);
  }
  return scene;
};

const play = (question: Question, hopeless: ReadonlyMap<string, Hopeless>, inTurns: boolean): Trace =>
  playDrains(freshScene(question), {
    stages: question.course.stages,
    timeoutSeconds: question.settings.timeoutMs / 1000,
    hopeless: new Set(hopeless.keys()),
    inTurns,
  });

/** So many pods of one budget on one node that kubectl's own pauses between them exceed the time-out. */
const tooMany = (
  node: string,
  actors: readonly Actor[],
  hopeless: ReadonlyMap<string, Hopeless>,
  timeoutMs: number,
) => {
  const guarded = actors.flatMap((actor) =>
    actor.budgets.length === 1 ? actor.budgets.map((budget) => ({ actor, budget })) : [],
  );
  return [...Map.groupBy(guarded, ({ budget }) => budgetKey(budget))].flatMap(([key, same]): readonly Finding[] => {
    const [first] = same;
    if (first === undefined || hopeless.has(key)) return [];
    const { expectedPods, desiredHealthy } = first.budget;
    const rounds = Math.ceil(same.length / Math.max(1, expectedPods - desiredHealthy));
    const seconds = (rounds - 1) * retrySeconds;
    if (seconds < timeoutMs / 1000) return [];
    return [
      {
        level: 'block',
        kind: 'too-slow',
        node,
        budget: key,
        because: `${same.length} pods of budget ${key} are on ${node}, ${expectedPods - desiredHealthy} may go at a time, and kubectl asks every ${retrySeconds} s: ${seconds} s at least; the drain's time-out is ${timeoutMs / 1000} s`,
        fix: `\`drain: { timeout: ${Math.ceil((seconds * 2) / 60)}m }\` in the inventory, or let the budget allow more`,
      },
    ];
  });
};

const isSame = (one: Finding) => (other: Finding) =>
  one.node === other.node && one.budget === other.budget && one.kind === other.kind;

const perhaps = (finding: Finding): Finding =>
  finding.level === 'block' ? { ...finding, level: 'warn', kind: 'wait-for-each-other' } : finding;

/** Where the order of evictions decides, nobody knows it: what stays refused in one order only is a warning. */
const refusedOf = (question: Question, traces: readonly Trace[]): readonly Finding[] => {
  const timeoutSeconds = question.settings.timeoutMs / 1000;
  const together = question.course.stages.some(({ atOnce, nodes }) => atOnce > 1 && nodes.length > 1);
  const [first = [], ...others] = traces.map(({ drains }) =>
    drains.flatMap((drain) => refusedFindings(drain, { timeoutSeconds, together })),
  );
  const elsewhere = others.flat();
  if (others.length === 0) return first;
  return [
    ...first.map((finding) => (elsewhere.some(isSame(finding)) ? finding : perhaps(finding))),
    ...elsewhere.filter((finding) => !first.some(isSame(finding))).map(perhaps),
  ];
};

const nowhereFindings = ({ seen, course }: Question): readonly Finding[] =>
  course.stages
    .flatMap(({ nodes }) => nodes)
    .flatMap((node) => {
      // What a run of ours cordoned comes back before it is this node's turn, or is out together with it.
      const others = seen.nodes
        .filter(({ name }) => name !== node)
        .map(({ name, unschedulable, cordonedBy }) => ({
          name,
          unschedulable: unschedulable && cordonedBy === undefined,
        }));
      const why = nowhereToGo(node, others);
      return why === undefined ? [] : [{ level: 'block', kind: 'nowhere', node, ...why } as const];
    });

const actorsByName = (scene: Scene): ReadonlyMap<string, Actor> =>
  new Map(
    [...scene.places.values()].flatMap(({ actors }) =>
      [...actors].map((actor) => [podName(actor.pod), actor] as const),
    ),
  );

const distinct = (findings: readonly Finding[]): readonly Finding[] => {
  const told = new Set<string>();
  return findings.filter(({ kind, node, pod, because }) => {
    const key = `${kind} ${node} ${pod ?? ''} ${because}`;
    return !told.has(key) && told.add(key);
  });
};

/**
 * What the drains of a run will meet, node by node in their order, before anything is touched. Pure. Where pods come up
 * again is a guess where several nodes would take them; a finding that rests on such a guess is a warning at most.
 */
export const predictDrains = (question: Question): readonly Prediction[] => {
  const { seen, settings, course } = question;
  const scene = sceneOf(seen);
  const hopeless = hopelessBudgets(scene, seen);
  const raced = course.stages.some(({ atOnce, nodes }) => atOnce > 1 && nodes.length > 1);
  const trace = play(question, hopeless, false);
  const traces = raced ? [trace, play(question, hopeless, true)] : [trace];
  const actors = actorsByName(scene);
  const byNode = Map.groupBy(seen.pods, ({ node }) => node);
  const wide = [...nowhereFindings(question), ...refusedOf(question, traces), ...sufferings(trace)];
  const findingsOf = ({ node }: DrainTrace): readonly Finding[] => {
    const pods: readonly MovablePod[] = byNode.get(node) ?? [];
    const here = evictable(pods).flatMap((pod) => actors.get(podName(pod)) ?? []);
    const single = podFindings(node, pods, actors, { settings, hopeless, now: seen.now });
    const known = new Set(
      single.flatMap(({ kind, pod }) => (kind === 'two-budgets' && pod !== undefined ? [pod] : [])),
    );
    return distinct([
      ...single,
      ...admissionFindings(
        node,
        question.refused.filter((one) => here.some(({ pod }) => podName(pod) === `${one.namespace}/${one.pod}`)),
        known,
      ),
      ...tooMany(node, here, hopeless, settings.timeoutMs),
      ...wide.filter((finding) => finding.node === node),
    ]);
  };
  return trace.drains.map((drain) => ({
    node: drain.node,
    findings: findingsOf(drain),
    ...estimateOf(drain, settings.timeoutMs / 1000),
  }));
};
