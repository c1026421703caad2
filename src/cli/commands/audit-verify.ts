import { exitCode } from '../../model/errors.ts';
import type { AuditedJournal } from '../../ports/journal-store.ts';
import { auditText, type AuditFinding } from '../../report/audit-text.ts';
import { paintFor } from '../../report/paint.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { runNamed } from '../stored-runs.ts';

const finding = (run: string, { path, cluster, state }: AuditedJournal): AuditFinding => {
  const about = { run, path, ...(cluster === undefined ? {} : { cluster }) };
  switch (state.kind) {
    case 'whole':
      return { ...about, verdict: state.sealed ? 'whole' : 'unsealed', entries: state.entries };
    case 'torn':
      return { ...about, verdict: 'torn', entries: state.entries, line: state.line };
    case 'broken':
      return { ...about, verdict: 'broken', line: state.line, problem: state.problem };
  }
};

/** `nodeops audit verify [RUN]`: exit code 1 when a journal is broken; a torn one is no fault. @throws UsageError */
export const auditVerify = async (
  parts: Parts,
  name: string | undefined,
  options: { output: OutputFormat },
): Promise<number> => {
  const journals = await parts.journals();
  const ids = await journals.list();
  const findings: AuditFinding[] = [];
  for (const id of name === undefined ? ids : [runNamed(ids, name)])
    findings.push(...(await journals.audit(id)).map((journal) => finding(id, journal)));
  const text =
    options.output === 'json'
      ? `${JSON.stringify(findings)}\n`
      : auditText(findings, paintFor(parts.stdout, parts.env));
  parts.stdout.write(text);
  return findings.some(({ verdict }) => verdict === 'broken') ? exitCode.failed : exitCode.done;
};
