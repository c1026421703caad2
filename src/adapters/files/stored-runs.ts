import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AuditedJournal, StoredCluster, StoredRun } from '../../ports/journal-store.ts';
import { syncDirectory } from './durable.ts';
import { clusterDirectory, isSegment, runDirectory, runsDirectory } from './state-directory.ts';
import { hasCode, storing } from './storage-error.ts';
import { eventsOf, readJournal, readText, stateOf, type JournalText } from './stored-journal.ts';
import { writerState } from './writer.ts';

/** Directories whose names could be an id or a cluster's; what else lies there is not ours. */
const directoriesIn = async (path: string): Promise<readonly string[]> => {
  try {
    const entries = await storing(path, () => readdir(path, { withFileTypes: true }));
    return entries
      .filter((entry) => entry.isDirectory() && isSegment(entry.name))
      .map(({ name }) => name)
      .toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
};

const clustersOf = (state: string, id: string): Promise<readonly string[]> =>
  directoriesIn(join(runDirectory(state, id), 'clusters'));

const fleetJournal = (state: string, id: string): Promise<JournalText> =>
  readJournal(join(runDirectory(state, id), 'fleet.jsonl'));

const clusterJournal = (state: string, id: string, cluster: string): Promise<JournalText> =>
  readJournal(join(clusterDirectory(state, id, cluster), 'journal.jsonl'));

/** The ids of all runs; they begin with their time, so that the oldest comes first. @throws StorageError */
export const listRuns = (state: string): Promise<readonly string[]> => directoriesIn(runsDirectory(state));

/** What a run's fleet journal says. @throws BrokenJournal, StorageError */
export const readRun = async (state: string, id: string): Promise<StoredRun> => {
  const fleet = await fleetJournal(state, id);
  const writer = await writerState(fleet.header);
  const notes: string[] = [];
  const mayRepair = writer === 'gone';
  const transitions = await eventsOf(fleet, { run: id, mayRepair, note: (text) => notes.push(text) });
  const { pid, host } = fleet.header;
  return {
    id,
    directory: runDirectory(state, id),
    writer,
    ...(typeof host === 'string' ? { process: { pid: Number(pid), host } } : {}),
    clusters: await clustersOf(state, id),
    transitions,
    notes,
  };
};

/** @throws BrokenJournal, StorageError */
export const readCluster = async (
  state: string,
  id: string,
  name: string,
  note: (text: string) => void,
): Promise<StoredCluster> => {
  const directory = clusterDirectory(state, id, name);
  const mayRepair = (await writerState((await fleetJournal(state, id)).header)) === 'gone';
  const plan = await readText(join(directory, 'plan.json'));
  return {
    name,
    directory,
    events: await eventsOf(await clusterJournal(state, id, name), { run: id, mayRepair, note }),
    ...(plan === undefined ? {} : { plan }),
  };
};

/** @throws StorageError */
export const readWish = (state: string, id: string, cluster: string): Promise<string | undefined> =>
  readText(join(clusterDirectory(state, id, cluster), 'wish.json'));

/** @throws StorageError */
export const readBaseline = (state: string, id: string, cluster: string): Promise<string | undefined> =>
  readText(join(clusterDirectory(state, id, cluster), 'baseline.json'));

/** A cluster's journal that is gone though the fleet's tells of its part was taken away. */
const audited = (journal: JournalText, cluster: string, fleet: JournalText): AuditedJournal => {
  const told = fleet.text.includes(`"cluster":${JSON.stringify(cluster)},"type":"run-finished"`);
  const missing = {
    kind: 'broken',
    line: 1,
    problem: 'is missing, though the fleet journal tells how it ended',
  } as const;
  return { path: journal.path, cluster, state: journal.text === '' && told ? missing : stateOf(journal) };
};

/** Verifies the chain of every journal of a run. @throws StorageError */
export const auditRun = async (state: string, id: string): Promise<readonly AuditedJournal[]> => {
  const fleet = await fleetJournal(state, id);
  const names = new Set([...(await clustersOf(state, id)), ...clustersIn(fleet)]);
  const journals = await Promise.all(
    [...names].toSorted().map(async (name) => audited(await clusterJournal(state, id, name), name, fleet)),
  );
  return [{ path: fleet.path, state: stateOf(fleet) }, ...journals];
};

/** Clusters that the fleet's journal names, as far as their names could be directories. */
const clustersIn = ({ text }: JournalText): readonly string[] =>
  [...text.matchAll(/"cluster":"([^"\\]+)"/g)].map(([, name = '']) => name).filter(isSegment);

/**
 * Removes a run's record. It is renamed first, so that a kill in between leaves something that no longer counts as a
 * run, and not half of one. @throws StorageError
 */
export const removeRun = async (state: string, id: string): Promise<void> => {
  const directory = runDirectory(state, id);
  await storing(directory, async () => {
    const doomed = join(dirname(directory), `.removed-${id}`);
    await rename(directory, doomed);
    await syncDirectory(dirname(directory));
    await rm(doomed, { recursive: true, force: true });
  });
};
