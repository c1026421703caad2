import { allSteps } from '../model/plan.ts';
import type { Plan, PlannedItem, PlannedLane, PlannedPhase, PlannedStep, PlannedVerdict } from '../model/plan.ts';
import { blocksOf, warningsOf, type Trouble } from '../model/verdict.ts';
import { noPaint } from './paint.ts';
import type { Paint, Tone } from './paint.ts';
import { alignColumns } from './text-table.ts';

const marks: Record<PlannedVerdict['kind'], readonly [Tone, string]> = {
  needed: ['strong', '→'],
  satisfied: ['good', '✓'],
  assumed: ['warn', '?'],
  pending: ['warn', '?'],
  blocked: ['bad', '✗'],
};

/** The lines below a step: what changes, why it waits, or what stands in the way and how to clear it. */
const details = (verdict: PlannedVerdict, paint: Paint): readonly string[] => {
  if (verdict.kind === 'needed') return verdict.changes;
  const told = (tone: Tone, troubles: readonly Trouble[]) =>
    troubles.flatMap(({ because, fix }) => [paint(tone, because), ...(fix === '' ? [] : [`fix: ${fix}`])]);
  if (verdict.kind === 'blocked') return [...told('bad', blocksOf(verdict)), ...told('warn', warningsOf(verdict))];
  if (verdict.kind === 'satisfied')
    return [
      ...(verdict.because === undefined ? [] : [paint('faint', verdict.because)]),
      ...told('warn', warningsOf(verdict)),
    ];
  if (verdict.kind === 'pending') return [paint('faint', `waits for ${verdict.waitingFor}`)];
  return [];
};

const markOf = (verdict: PlannedVerdict): readonly [Tone, string] =>
  verdict.kind === 'satisfied' && warningsOf(verdict).length > 0 ? ['warn', '!'] : marks[verdict.kind];

const stepLines = (step: PlannedStep, indent: string, paint: Paint): readonly string[] => [
  `${indent}${paint(...markOf(step.verdict))} ${step.verdict.kind === 'satisfied' ? paint('faint', step.title) : step.title}`,
  ...details(step.verdict, paint).map((line) => `${indent}    ${line}`),
];

const itemLines = (item: PlannedItem, indent: string, paint: Paint): readonly string[] =>
  item.kind === 'step'
    ? stepLines(item, indent, paint)
    : [
        ...stepLines(item.enter, indent, paint),
        ...item.body.flatMap((inner) => itemLines(inner, `${indent}  `, paint)),
        ...(item.exit === undefined ? [] : stepLines(item.exit, indent, paint)),
      ];

const laneLines = (lane: PlannedLane, cluster: string, paint: Paint): readonly string[] => [
  `  ${paint('strong', lane.node ?? `${cluster} as a whole`)}`,
  ...lane.items.flatMap((item) => itemLines(item, '    ', paint)),
];

const phaseLines = ({ name, lanes, parallel }: PlannedPhase, cluster: string, paint: Paint): readonly string[] => {
  const atOnce = Math.min(parallel, lanes.length);
  return [
    paint('strong', name) + (atOnce > 1 ? ` (${atOnce} at a time)` : ''),
    ...lanes.flatMap((lane) => laneLines(lane, cluster, paint)),
    '',
  ];
};

const heading = (plan: Plan): string => {
  const from = [...new Set(plan.before.map((node) => node.version))].toSorted().join(', ');
  const to = plan.parameters['version'];
  return `${plan.cluster}: ${plan.playbook}${typeof to === 'string' ? ` ${from} → ${to}` : from === '' ? '' : ` (now ${from})`}`;
};

/** `23 steps: 18 to do, 4 satisfied, 1 judged on the way`. */
export const planCounts = (plan: Plan): string => {
  const steps = allSteps(plan);
  const count = (...kinds: PlannedVerdict['kind'][]): number =>
    steps.filter((step) => kinds.includes(step.verdict.kind)).length;
  const parts = [
    [count('needed'), 'to do'],
    [count('satisfied'), 'satisfied'],
    [count('assumed', 'pending'), 'judged on the way'],
    [count('blocked'), 'blocked'],
  ] as const;
  const shown = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`;
};

/** A plan as a table of contents: what the operator should know first, then every step in order, then the counts. */
export const planText = (plan: Plan, paint: Paint = noPaint): string =>
  [
    paint('strong', heading(plan)),
    '',
    ...plan.notices.map((notice) => `${paint('warn', '!')} ${notice}`),
    ...(plan.notices.length > 0 ? [''] : []),
    ...alignColumns(plan.before.map(({ node, role, version }) => [node, role, version])).map((line) => `  ${line}`),
    ...(plan.before.length > 0 ? [''] : []),
    ...plan.phases.flatMap((phase) => phaseLines(phase, plan.cluster, paint)),
    planCounts(plan),
    '',
  ].join('\n');
