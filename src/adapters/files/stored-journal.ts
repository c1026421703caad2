import { open, readFile } from 'node:fs/promises';
import type { Event } from '../../model/event.ts';
import { BrokenJournal, type JournalState } from '../../ports/journal-store.ts';
import { entriesOf, headerOf, verifyChain, type ChainReport } from './chain.ts';
import { hasCode, storing } from './storage-error.ts';

/** A journal as it is on the disk. */
export interface JournalText {
  readonly path: string;
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
}

/** Undefined where there is no such file. @throws StorageError */
export const readText = async (path: string): Promise<string | undefined> => {
  try {
    return await storing(path, () => readFile(path, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
};

/** A journal that is not there reads as one that was not begun. @throws StorageError */
export const readJournal = async (path: string): Promise<JournalText> => {
  const text = (await readText(path)) ?? '';
  return { path, text, header: headerOf(text) };
};

export const stateOf = ({ text }: JournalText): JournalState => {
  const report = verifyChain(text);
  switch (report.kind) {
    case 'ok':
      return { kind: 'whole', entries: report.entries, sealed: report.sealed };
    case 'torn':
      return { kind: 'torn', entries: report.entries, line: report.line };
    case 'broken':
      return report;
  }
};

const isEvent = (entry: Readonly<Record<string, unknown>>): boolean =>
  typeof entry['at'] === 'number' && typeof entry['cluster'] === 'string' && typeof entry['type'] === 'string';

const truncate = async (path: string, bytes: number): Promise<void> => {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const repair = async ({ path, text }: JournalText, report: Extract<ChainReport, { kind: 'torn' }>): Promise<string> => {
  const lost = Buffer.byteLength(text) - report.wholeBytes;
  await storing(path, () => truncate(path, report.wholeBytes));
  return `${path}:${report.line}: the run was killed while it wrote this line; its ${lost} bytes were taken off, and the ${report.entries} entries before it verify`;
};

export interface Reading {
  readonly run: string;
  /** False while the run may still write: what looks torn may be half on its way. */
  readonly mayRepair: boolean;
  readonly note: (text: string) => void;
}

/** The events of a journal, a torn last line taken off. @throws BrokenJournal when it does not verify, StorageError */
export const eventsOf = async (journal: JournalText, { run, mayRepair, note }: Reading): Promise<readonly Event[]> => {
  const report = verifyChain(journal.text);
  if (report.kind === 'broken') throw new BrokenJournal(run, journal.path, report.line, report.problem);
  if (report.kind === 'torn' && journal.text !== '' && mayRepair) note(await repair(journal, report));
  const entries = entriesOf(journal.text);
  const strange = entries.findIndex((entry) => !isEvent(entry));
  if (strange !== -1) throw new BrokenJournal(run, journal.path, strange + 2, 'is no event');
  return entries.map(({ seq: _seq, prev: _prev, ...event }) => asEvent(event));
};

const asEvent = (entry: Readonly<Record<string, unknown>>): Event =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the chain vouches that it is what was appended: an Event
  entry as unknown as Event;
