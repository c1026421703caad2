import { resolve } from 'node:path';
import { outlooksOf } from '../../disaster/outlook.ts';
import type { DisasterSight } from '../../disaster/sight.ts';
import { didYouMean } from '../../documents/nearest.ts';
import { disasterNames, type DisasterName } from '../../model/disaster.ts';
import { exitCode, UsageError, worse } from '../../model/errors.ts';
import { quote } from '../../commands/quote.ts';
import { disasterText, type DisasterReport } from '../../report/disaster-text.ts';
import { paintFor } from '../../report/paint.ts';
import { documentMark, recoveryDocument } from '../../report/recovery-document.ts';
import { lookForDisasters } from '../disaster-sight.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { inLookSession, reachedOnly } from '../look-session.ts';
import type { OutputFormat, Parts } from '../parts.ts';

export interface DrillOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
  /** Where the recovery plan is written. */
  readonly document?: string;
  /** Only of one that is executed. */
  readonly node?: string;
}

/** A disaster may be tried for the last time so long ago. */
const everyMs = 90 * 24 * 3_600_000;

/** @throws UsageError for a name that is no disaster. */
export const disasterNamed = (name: string): DisasterName => {
  const found = disasterNames.find((each) => each === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no disaster ${JSON.stringify(name)}: ${didYouMean(name, disasterNames)}`);
};

/** @throws UsageError where something is there that nodeops did not write. */
const documentAt = async (parts: Parts, file: string): Promise<string> => {
  const path = resolve(parts.cwd, file);
  const there = await parts.privateFiles.find(path);
  if (there === 'no folder') throw new UsageError(`--document ${file}: there is no folder of that name; make it first`);
  if (there === 'folder') throw new UsageError(`--document ${file} is a folder: name a file`);
  if (there === 'file' && !parts.readFile(path).startsWith(documentMark))
    throw new UsageError(`--document ${file} is there already, and not written by nodeops drill: name another file`);
  return path;
};

const reportOf = (
  sight: DisasterSight,
  names: readonly DisasterName[] | undefined,
  unread: readonly string[],
): DisasterReport => ({
  cluster: sight.cluster.name,
  at: sight.now,
  disasters: outlooksOf(sight, names),
  unread,
});

const codeOf = ({ disasters, unread }: DisasterReport): number => {
  if (disasters.some(({ missing }) => missing.some(({ grave }) => grave))) return exitCode.failed;
  return unread.length > 0 ? exitCode.blocked : exitCode.done;
};

/**
 * `nodeops drill [DISASTER]`: what each disaster would do to the clusters as they are, what would be done about it with
 * this inventory and these backups, and what is missing; with `--document` also as a recovery plan. Changes nothing.
 * Exit code 1 where something could not be made good, 3 where something could not be asked.
 * @throws UsageError before anything is connected to
 */
export const drill = async (parts: Parts, name: string | undefined, options: DrillOptions): Promise<number> => {
  const names = name === undefined ? undefined : [disasterNamed(name)];
  if (options.node !== undefined)
    throw new UsageError('--node goes with --execute: without it every node is looked at');
  const clusters = loadSelection(parts, options).map(({ cluster }) => cluster);
  const path = options.document === undefined ? undefined : await documentAt(parts, options.document);
  const chapters = [];
  let worst: number = exitCode.done;
  for (const cluster of clusters) {
    const selection = quote(['--inventory', options.inventory ?? '', '--cluster', cluster.name]);
    const { sight, unread } = await inLookSession(parts, cluster, options, async (whole) => {
      const { session } = await reachedOnly(parts, whole);
      const acceptNewHostKeys = options.acceptNewHostKeys === true;
      return lookForDisasters(parts, session, { cluster, selection, everyMs, acceptNewHostKeys });
    });
    const report = reportOf(sight, names, unread);
    chapters.push({ report, cluster });
    parts.stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(report)}\n`
        : `${disasterText(report, paintFor(parts.stdout, parts.env))}\n`,
    );
    worst = worse(worst, codeOf(report));
  }
  if (path !== undefined) {
    await parts.privateFiles.write(path, recoveryDocument(chapters), { replace: true });
    if (options.output === 'text') parts.stdout.write(`${path}: the recovery plan\n`);
  }
  return worst;
};
