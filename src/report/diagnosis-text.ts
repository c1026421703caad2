import type { Cause } from '../model/cause.ts';
import type { Awaited } from './awaited.ts';
import { formatDuration } from './duration.ts';
import type { Paint } from './paint.ts';
import type { RunState } from './run-outline.ts';
import { formatTime } from './runs-text.ts';

export interface NodeDiagnosis {
  readonly node: string;
  /** The likeliest first; empty where no rule found anything. */
  readonly causes: readonly Cause[];
  /** How it is, in short. */
  readonly state: readonly { readonly what: string; readonly lines: readonly string[] }[];
  readonly lookedAt: readonly string[];
  readonly notLookedAt: readonly string[];
}

export interface RunDiagnosis extends Awaited {
  readonly run: string;
  readonly state: RunState;
  readonly playbook?: string;
}

export interface Diagnosis {
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly run?: RunDiagnosis;
  readonly nodes: readonly NodeDiagnosis[];
  /** What the cluster itself could not be asked, and why. */
  readonly unread: readonly string[];
}

const ago = (now: number, at: number): string => `${formatTime(at)}, ${formatDuration(now - at)} ago`;

const runLines = ({ at: now, run }: Diagnosis): readonly string[] => {
  if (run === undefined) return [];
  const { step, waitingFor, commands, failure } = run;
  return [
    `run ${run.run}: ${run.playbook ?? 'killed before its first event'}, ${run.state}`,
    ...(step === undefined
      ? []
      : [`  at: ${step.node === undefined ? '' : `${step.node}: `}${step.title} (since ${ago(now, step.since)})`]),
    ...(waitingFor === undefined ? [] : [`  awaits: ${waitingFor.what} (since ${ago(now, waitingFor.since)})`]),
    ...commands.map(({ node, line, since }) => `  no end is known of: ${node}: ${line} (since ${ago(now, since)})`),
    ...(failure === undefined ? [] : [`  stopped: ${failure.message.split('\n').join(' ')} (${ago(now, failure.at)})`]),
    '',
  ];
};

const causeLines = ({ cause, evidence, next, minor }: Cause, paint: Paint): readonly string[] => [
  `${minor === true ? paint('warn', '·') : paint('bad', '✗')} ${paint('strong', cause)}`,
  ...evidence.map((line) => paint('faint', `    | ${line}`)),
  `    → ${next}`,
];

const stateLines = ({ state }: NodeDiagnosis): readonly string[] => {
  const width = Math.max(...state.map(({ what }) => what.length));
  return state.flatMap(({ what, lines }) =>
    lines.map((line, index) => `${(index === 0 ? what : '').padEnd(width)}  ${line}`),
  );
};

const openLine = ({ notLookedAt }: NodeDiagnosis, paint: Paint): readonly string[] =>
  notLookedAt.length === 0 ? [] : [`  ${paint('warn', '?')} not seen: ${notLookedAt.join(', ')}`];

const nodeLines = (node: NodeDiagnosis, paint: Paint): readonly string[] => [
  paint('strong', node.node),
  ...node.causes.flatMap((cause) => causeLines(cause, paint)).map((line) => `  ${line}`),
  ...(node.causes.length === 0
    ? [`  ${paint('good', '✓')} nothing found; looked at: ${node.lookedAt.join(', ')}`]
    : []),
  ...openLine(node, paint),
  ...stateLines(node).map((line) => `    ${paint('faint', line)}`),
];

/** Of many nodes those without a finding are one line for all of which the same was looked at. */
const quietLines = (nodes: readonly NodeDiagnosis[], paint: Paint): readonly string[] =>
  [...Map.groupBy(nodes, ({ lookedAt }) => lookedAt.join(', '))].flatMap(([lookedAt, same]) => [
    paint('strong', same.map(({ node }) => node).join(', ')),
    `  ${paint('good', '✓')} nothing found; looked at: ${lookedAt}`,
    ...same.slice(0, 1).flatMap((node) => openLine(node, paint)),
  ]);

const allNodes = (nodes: readonly NodeDiagnosis[], paint: Paint): readonly string[] => {
  if (nodes.length === 1) return nodes.flatMap((node) => nodeLines(node, paint));
  const found = nodes.filter(({ causes }) => causes.length > 0);
  return [
    ...found.flatMap((node) => nodeLines(node, paint)),
    ...quietLines(
      nodes.filter((node) => !found.includes(node)),
      paint,
    ),
  ];
};

/** What is awaited and since when, then each node: likely causes with their evidence, and how it is. */
export const diagnosisText = (diagnosis: Diagnosis, paint: Paint): string =>
  [
    paint('strong', diagnosis.cluster),
    ...[
      ...runLines(diagnosis),
      ...diagnosis.unread.map((why) => `${paint('warn', '?')} ${why}`),
      ...allNodes(diagnosis.nodes, paint),
    ].map((line) => (line === '' ? '' : `  ${line}`)),
    '',
  ].join('\n');
