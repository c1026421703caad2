import { noPaint } from './paint.ts';
import type { Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** What was found of one journal. `line` counts from 1. */
export interface AuditFinding {
  readonly run: string;
  /** Missing for the fleet's journal. */
  readonly cluster?: string;
  readonly path: string;
  readonly verdict: 'whole' | 'unsealed' | 'torn' | 'broken';
  readonly entries?: number;
  readonly line?: number;
  readonly problem?: string;
}

const verdicts = { whole: 'good', unsealed: 'warn', torn: 'warn', broken: 'bad' } as const;

const meanings: Readonly<Record<AuditFinding['verdict'], string | undefined>> = {
  whole: undefined,
  unsealed: 'has no seal: the run was killed or still goes on; that no entry was cut off its end is not proven',
  torn: 'has no end: its writer was killed while it wrote it. Every line before it verifies; reading the run takes it off',
  broken: undefined,
};

const explain = (finding: AuditFinding): readonly string[] => {
  const { verdict, path, line, problem } = finding;
  if (verdict === 'broken')
    return [
      `${path}:${line}: ${problem}`,
      '    Somebody or something changed the file: from that line on it proves nothing. Compare it with a copy.',
    ];
  const meaning = meanings[verdict];
  return meaning === undefined ? [] : [`note: ${path}${line === undefined ? '' : `:${line}`}: ${meaning}`];
};

/** A line a journal, then what each finding means. */
export const auditText = (findings: readonly AuditFinding[], paint: Paint = noPaint): string => {
  if (findings.length === 0) return 'no runs\n';
  const rows = findings.map(({ run, cluster, verdict, entries }) => [
    run,
    cluster ?? 'fleet',
    entries === undefined ? '–' : String(entries),
    paint(verdicts[verdict], verdict),
  ]);
  const heading = ['run', 'journal', 'entries', 'chain'].map((name) => paint('strong', name));
  const notes = findings.flatMap(explain);
  return `${[...alignColumns([heading, ...rows]), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')}\n`;
};
