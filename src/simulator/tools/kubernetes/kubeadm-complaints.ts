import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';

/** Of one check: its ID and what it says. */
export interface Complaint {
  readonly id: string;
  readonly text: string;
}

/** IDs of checks in lower case, as they were typed: what may go wrong. */
export const ignoredIds = (run: KubeadmRun): readonly string[] =>
  (run.parsed.flags.get('ignore-preflight-errors') ?? '').split(',').map((id) => id.toLowerCase());

/** Warns of what is to be ignored, and has what kubeadm says of the rest, if there is any. */
const fatalText = (
  run: KubeadmRun,
  complaints: readonly Complaint[],
  ignored: ReadonlySet<string>,
): string | undefined => {
  const passes = ({ id }: Complaint): boolean => ignored.has('all') || ignored.has(id.toLowerCase());
  for (const { id, text } of complaints.filter(passes)) run.call.err(`\t[WARNING ${id}]: ${text}\n`);
  const fatal = complaints.filter((complaint) => !passes(complaint));
  return fatal.length === 0
    ? undefined
    : `[preflight] Some fatal errors occurred:\n${fatal.map(({ id, text }) => `\t[ERROR ${id}]: ${text}\n`).join('')}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\``;
};

/** As `upgrade` does. @throws KubeadmError naming every complaint that is not to be ignored. */
export const refuseFor = (run: KubeadmRun, where: string, complaints: readonly Complaint[]): void => {
  const text = fatalText(run, complaints, new Set(ignoredIds(run)));
  if (text !== undefined) throw new KubeadmError(`${where}${text}`);
};

/** As `init` and `join` do. Recorded, 1.35.4. @throws KubeadmError where one is not to be ignored. */
export const refuseHost = (
  run: KubeadmRun,
  complaints: readonly Complaint[],
  ignored: ReadonlySet<string> = new Set(ignoredIds(run)),
): void => {
  const text = fatalText(run, complaints, ignored);
  if (text === undefined) return;
  run.call.err(`${text}\n`);
  throw new KubeadmError('error execution phase preflight: preflight checks failed');
};
