import { minorOf } from '../model/version.ts';
import type { PlannedItem, PlannedStep, PlannedVerdict } from '../model/plan.ts';
import type { SavedCluster } from '../plan/saved-plan.ts';
import { notesOf } from '../playbook/course-notes.ts';
import { stepOf } from '../playbook/known.ts';
import type { ExplainedPhase, ExplainedPlaybook, ExplainedStep } from '../report/explained-text.ts';

type Listed = Omit<ExplainedStep, 'number' | 'as'>;

/** The version that steps have in their examples. */
const exampleVersion = /(?<![\d.])1\.36\.3(?![\d.])/g;
const exampleMinor = /\bv1\.36(?=[/ ]|$)/g;

/** What a person types, with this node and this version where an example stands for them. */
const typedFor = ({ step, with: wish, node }: PlannedStep): readonly string[] => {
  const { version } = wish;
  return stepOf(step)
    .typed(wish)
    .map((line) => {
      const here = node === undefined ? line : line.replaceAll(/\bNODE\b/g, node);
      return typeof version === 'string'
        ? here.replaceAll(exampleVersion, version).replaceAll(exampleMinor, `v${minorOf(version)}`)
        : here;
    });
};

const changesOf = (verdict: PlannedVerdict): readonly string[] => {
  if (verdict.kind === 'needed') return verdict.changes;
  return verdict.kind === 'pending' ? [`waits for ${verdict.waitingFor}`] : ['judged when it is reached'];
};

const listed = (planned: PlannedStep, depth: number): readonly Listed[] => {
  const { step: id, verdict } = planned;
  if (verdict.kind === 'satisfied') return [];
  const { id: step, assertion: looks, explain } = stepOf(id);
  const { why, source } = explain;
  return [{ step, depth, looks, why, source, type: typedFor(planned), changes: changesOf(verdict) }];
};

const inOrder = (items: readonly PlannedItem[], depth: number): readonly Listed[] =>
  items.flatMap((item) =>
    item.kind === 'step'
      ? listed(item, depth)
      : [
          ...listed(item.enter, depth),
          ...inOrder(item.body, depth + (item.exit === undefined ? 0 : 1)),
          ...(item.exit === undefined ? [] : listed(item.exit, depth)),
        ],
  );

interface Turn {
  readonly name: string;
  readonly where: string;
  readonly steps: readonly Listed[];
}

const turnsOf = ({ cluster, plan }: SavedCluster): readonly Turn[] =>
  plan.phases.flatMap(({ name, parallel, lanes }) => {
    const beside = parallel > 1 && lanes.length > 1 ? `; ${parallel} nodes at once` : '';
    return lanes
      .map(({ node, items }) => ({
        name,
        where: `${node ?? `${cluster} as a whole`}${beside}`,
        steps: inOrder(items, 0),
      }))
      .filter(({ steps }) => steps.length > 0);
  });

const numbered = (turns: readonly Turn[]): readonly ExplainedPhase[] => {
  let number = 0;
  const first = new Map<string, number>();
  return turns.map(({ steps, ...turn }) => ({
    ...turn,
    steps: steps.map((each) => {
      number += 1;
      const as = first.get(each.step);
      if (as === undefined) first.set(each.step, number);
      return { number, ...each, ...(as === undefined ? {} : { as }) };
    }),
  }));
};

/**
 * What a person would type to do what was planned for one cluster, in order and node by node, with why; what there is
 * nothing to do for is left out.
 */
export const explainedPlan = (saved: SavedCluster): ExplainedPlaybook => {
  const phases = numbered(turnsOf(saved));
  const used = phases.flatMap(({ steps }) => steps.map(({ step }) => step));
  const { plan } = saved;
  return {
    playbook: `${saved.cluster}, ${plan.playbook}`,
    description: `as it was planned at ${new Date(plan.createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    told: [
      used.length === 0
        ? 'Nothing was left to do.'
        : 'In this order, node by node. What was as it should be is left out. Addresses, and names in capitals, are examples.',
    ],
    phases,
    courses: notesOf(used, plan.playbook !== 'rollback'),
  };
};
