import { UsageError } from '../model/errors.ts';
import { BrokenJournal, type JournalStore, type StoredRun } from '../ports/journal-store.ts';
import { outlineOf, type RunOutline } from '../report/run-outline.ts';
import type { Parts } from './parts.ts';

/** A run's record with its outline; `stored` is missing where its fleet journal is broken. */
export interface RecordedOutline {
  readonly outline: RunOutline;
  readonly stored?: StoredRun;
}

const readOne = async (parts: Parts, journals: JournalStore, id: string): Promise<RecordedOutline> => {
  try {
    const stored = await journals.read(id);
    for (const note of stored.notes) parts.stderr.write(`note: ${note}\n`);
    const { clusters, transitions, writer } = stored;
    return { stored, outline: outlineOf({ run: id, clusters, transitions, alive: writer === 'alive' }) };
  } catch (error) {
    if (!(error instanceof BrokenJournal)) throw error;
    parts.stderr.write(`note: ${error.message}\n    ${error.fix}\n`);
    return { outline: { run: id, state: 'broken', clusters: [] } };
  }
};

/** Every run of this machine (or the `newest` so many), newest first. What was repaired and what is broken is said on stderr. */
export const readRuns = async (parts: Parts, newest = Infinity): Promise<readonly RecordedOutline[]> => {
  const journals = await parts.journals();
  const runs: RecordedOutline[] = [];
  for (const id of (await journals.list()).slice(-newest)) runs.push(await readOne(parts, journals, id));
  return runs.toReversed();
};

/**
 * The id that a person means: `last`, a whole id, or the beginning of one only. `ids` come oldest first.
 * @throws UsageError when there is none, or more than one.
 */
export const runNamed = (ids: readonly string[], name: string): string => {
  if (ids.length === 0) throw new UsageError('no run is recorded on this machine');
  if (name === 'last') return ids.at(-1) ?? name;
  if (ids.includes(name)) return name;
  const found = ids.filter((id) => id.startsWith(name));
  const [only, ...others] = found;
  if (only === undefined)
    throw new UsageError(`no run is called ${name}\n    nodeops runs list shows those of this machine`);
  if (others.length > 0) throw new UsageError(`${name} may be ${found.join(', ')}\n    write more of it`);
  return only;
};

/** The record of the run that a person means. @throws UsageError as runNamed, BrokenJournal */
export const readNamed = async (parts: Parts, name: string): Promise<Required<RecordedOutline>> => {
  const journals = await parts.journals();
  const stored = await journals.read(runNamed(await journals.list(), name));
  for (const note of stored.notes) parts.stderr.write(`note: ${note}\n`);
  const { id, clusters, transitions, writer } = stored;
  return { stored, outline: outlineOf({ run: id, clusters, transitions, alive: writer === 'alive' }) };
};
