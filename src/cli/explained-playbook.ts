import { bracketOf, stepOf } from '../playbook/known.ts';
import { notesOf } from '../playbook/course-notes.ts';
import type { Playbook, PlaybookItem, PlaybookPhase, PhaseTarget } from '../playbook/schema.ts';
import type { ExplainedPhase, ExplainedPlaybook, ExplainedStep } from '../report/explained-text.ts';
import type { Step } from '../steps/step.ts';
import { shortLine } from '../steps/written-values.ts';

const targets: Readonly<Record<PhaseTarget, string>> = {
  'every-node': 'every node',
  'first-control-plane': 'the first control plane',
  'other-control-planes': 'the other control planes',
  'control-planes': 'every control plane',
  'etcd-members': 'every host of an etcd member',
  'etcd-hosts': 'hosts of external etcd, where there are any',
  workers: 'workers',
  'named-node': 'the node that is named',
  cluster: 'the cluster as a whole, from a control plane',
};

const single: ReadonlySet<PhaseTarget> = new Set(['cluster', 'first-control-plane', 'named-node']);

const parallelWords = ({ on, parallel }: PlaybookPhase): readonly string[] => {
  if (single.has(on)) return [];
  if (parallel === 'all') return ['all at once'];
  if (parallel === 'max-unavailable') return ['as many at once as maxUnavailable allows'];
  return [parallel === 1 ? 'one after the other' : `${parallel} at once`];
};

const hopWords: Readonly<Record<PlaybookPhase['hops'], readonly string[]>> = {
  every: [],
  first: ['in the first of several hops'],
  last: ['in the last of several hops'],
  'as-workers': ['in every hop, or with --workers last in the last'],
};

type Each = NonNullable<Extract<PlaybookItem, { readonly uses: string }>['each']>;
export const eachWords: Readonly<Record<Each, string>> = {
  cni: 'for the CNI of the inventory',
  addons: 'for each add-on of the inventory',
  'backup-hooks': 'for each hook of backup.application in the inventory',
  window: 'where the inventory has a maintenance window',
  'external-etcd': 'where etcd has hosts of its own',
};

/** Over which nodes a phase goes, how many at once, and in which hops. */
export const phaseWords = (phase: PlaybookPhase): string =>
  [targets[phase.on], ...parallelWords(phase), ...hopWords[phase.hops]].join('; ');

type Listed = Omit<ExplainedStep, 'number' | 'as'>;

const listed = (step: Step, depth: number, rest: Partial<Listed> = {}): Listed => ({
  step: step.id,
  depth,
  looks: step.assertion,
  type: step.explain.type,
  why: step.explain.why,
  source: step.explain.source,
  ...rest,
});

/** Brackets laid out as a person would go through them; `before`: how many steps come before these. */
const inOrder = (items: readonly PlaybookItem[], before: number, depth: number): readonly Listed[] => {
  const steps: Listed[] = [];
  for (const item of items) {
    const at = before + steps.length;
    if ('uses' in item) {
      const step = stepOf(item.uses);
      const type = step.typed(item.with ?? {});
      steps.push(listed(step, depth, { type, ...(item.each === undefined ? {} : { each: eachWords[item.each] }) }));
    } else {
      const { id: name, enter, exit, onFailure } = bracketOf(item.within);
      const body = inOrder(item.steps, at + 1, depth + (exit === undefined ? 0 : 1));
      const around = { name, until: at + 1 + body.length, alsoAfterFailure: onFailure === 'exit' };
      steps.push(listed(enter, depth, { bracket: { ...around, side: 'enter' } }), ...body);
      if (exit !== undefined) steps.push(listed(exit, depth, { bracket: { ...around, side: 'exit' } }));
    }
  }
  return steps;
};

const phasesOf = ({ phases }: Playbook): readonly ExplainedPhase[] => {
  let number = 0;
  const first = new Map<string, number>();
  return phases.map((phase) => ({
    name: phase.name,
    where: phaseWords(phase),
    steps: inOrder(phase.steps, number, 0).map((each) => {
      number += 1;
      const as = first.get(each.step);
      if (as === undefined) first.set(each.step, number);
      return { number, ...each, ...(as === undefined ? {} : { as }) };
    }),
  }));
};

const examples =
  'Versions, names and addresses are examples. What looks changes nothing; the rest is done where it is needed.';

const hookWords = ({ name, of, before, after, always }: Playbook['hooks'][number]): string => {
  const said = [
    ...(before === undefined ? [] : [`before: ${shortLine(before)}`]),
    ...(after === undefined ? [] : [`after${always ? ', also where it failed' : ''}: ${shortLine(after)}`]),
  ];
  return `Hook ${name}, around ${of === 'node' ? 'each node' : 'the whole'}; ${said.join('; ')}`;
};

const toldOf = ({ hops, mode, hooks }: Playbook): readonly string[] => [
  ...(hops === true
    ? ['Over several minors: all of it for each of them in turn, but for phases that say otherwise.']
    : []),
  ...(hops === 'down' ? ['Back over several minors: all of it for each of them in turn, the newest first.'] : []),
  ...(mode === 'outage' ? ['Nothing of the control plane runs for a while.'] : []),
  ...hooks.map(hookWords),
  examples,
];

/** What a person would type for a playbook, in order, and why; brackets with what is done before and after. */
export const explainedPlaybook = (playbook: Playbook): ExplainedPlaybook => {
  const phases = phasesOf(playbook);
  const used = phases.flatMap(({ steps }) => steps.map(({ step }) => step));
  return {
    playbook: playbook.name,
    description: playbook.description,
    told: toldOf(playbook),
    phases,
    courses: notesOf(used, playbook.hops !== 'down'),
  };
};
