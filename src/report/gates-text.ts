import type { Trouble } from '../model/verdict.ts';
import { noPaint, type Paint, type Tone } from './paint.ts';
import { alignColumns } from './text-table.ts';

export type GateVerdict = 'pass' | 'warn' | 'block';

/** What one gate says of one node, or of the cluster as a whole. */
export interface GateFinding {
  readonly gate: string;
  /** Absent for the cluster as a whole. */
  readonly node?: string;
  readonly verdict: GateVerdict;
  readonly blocks: readonly Trouble[];
  readonly warnings: readonly Trouble[];
  /** Why it matters, and the document that says so. */
  readonly why: string;
  readonly source: string;
  readonly waivable: boolean;
  /** Why the operator goes on whatever it says. */
  readonly waiver?: string;
  /** What it rests on, by fact; empty where it passes. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

export interface GateReport {
  readonly cluster: string;
  /** The version that is asked about. */
  readonly version?: string;
  readonly findings: readonly GateFinding[];
}

const marks: Readonly<Record<GateVerdict, readonly [Tone, string]>> = {
  pass: ['good', '✓'],
  warn: ['warn', '!'],
  block: ['bad', '✗'],
};

const gravest = (findings: readonly GateFinding[]): GateVerdict =>
  (['block', 'warn'] as const).find((kind) => findings.some(({ verdict }) => verdict === kind)) ?? 'pass';

/** `cluster`, `paris-w1, paris-w2`, `5 nodes`. */
const places = (findings: readonly GateFinding[]): string => {
  const nodes = findings.flatMap(({ node }) => (node === undefined ? [] : [node]));
  if (nodes.length === 0) return 'cluster';
  return nodes.length > 3 ? `${nodes.length} nodes` : nodes.join(', ');
};

const row = (gate: string, findings: readonly GateFinding[], paint: Paint): readonly string[] => {
  const verdict = gravest(findings);
  const concerned = findings.filter((each) => each.verdict === verdict);
  const rest = findings.length - concerned.length;
  return [
    paint(...marks[verdict]),
    gate,
    verdict,
    `${places(concerned)}${rest === 0 ? '' : paint('faint', ` (of ${findings.length})`)}`,
  ];
};

interface Told extends Trouble {
  readonly gate: GateFinding;
  readonly tone: Tone;
}

/** The place is said before the text: not once more in it. */
const withoutPlace = ({ because, fix }: Trouble, { node }: GateFinding): Trouble => ({
  because: node === undefined ? because : because.replace(`${node}: `, ''),
  fix,
});

const toldOf = (finding: GateFinding): readonly Told[] => [
  ...finding.blocks.map((trouble): Told => ({ ...withoutPlace(trouble, finding), gate: finding, tone: 'bad' })),
  ...finding.warnings.map((trouble): Told => ({ ...withoutPlace(trouble, finding), gate: finding, tone: 'warn' })),
];

/** The same on two nodes is told once. */
const likeness = ({ because, fix, gate: { gate, node } }: Told): string =>
  `${gate}\n${node === undefined ? because : because.replaceAll(node, '…')}\n${node === undefined ? fix : fix.replaceAll(node, '…')}`;

const details = (same: readonly Told[], paint: Paint): readonly string[] => {
  const [first] = same;
  if (first === undefined) return [];
  const { gate, because, fix, tone } = first;
  const [line = '', ...lines] = because.split('\n');
  return [
    `${paint(tone, tone === 'bad' ? '✗' : '!')} ${paint('strong', gate.gate)}  ${places(same.map((each) => each.gate))}: ${line}`,
    ...lines.map((more) => `    ${more}`),
    ...(fix === '' ? [] : [`    fix: ${fix}`]),
    paint('faint', `    why: ${gate.why} (${gate.source})`),
    ...(tone === 'bad' && gate.waivable
      ? [paint('faint', `    or go on all the same: --waive ${gate.gate}='the reason'`)]
      : []),
  ];
};

const summary = (findings: readonly GateFinding[]): string => {
  const count = (kind: GateVerdict) => findings.filter(({ verdict }) => verdict === kind).length;
  const parts = [
    [count('pass'), 'pass'],
    [count('warn'), 'warn'],
    [count('block'), 'block'],
  ] as const;
  return parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(', ');
};

/** A line for each gate, then what is to be known or mended, then the sum. */
export const gatesText = ({ cluster, version, findings }: GateReport, paint: Paint = noPaint): string => {
  const byGate = Map.groupBy(findings, ({ gate }) => gate);
  const rows = [...byGate].map(([gate, each]) => row(gate, each, paint));
  const troubles = [...Map.groupBy(findings.flatMap(toldOf), likeness).values()];
  const ordered = [
    ...troubles.filter(([each]) => each?.tone === 'bad'),
    ...troubles.filter(([each]) => each?.tone !== 'bad'),
  ];
  return [
    paint('strong', `${cluster}${version === undefined ? '' : `: gates of an upgrade to ${version}`}`),
    ...alignColumns(rows).map((line) => `  ${line}`),
    '',
    ...ordered.flatMap((same) => [...details(same, paint), '']),
    `${cluster}: ${summary(findings)}`,
    '',
  ].join('\n');
};
