import { join } from 'node:path';
import type { ClusterRecord, JournalStore, RunRecord } from '../../ports/journal-store.ts';
import { makePrivateDirectory, writeDurably } from './durable.ts';
import { JournalFile } from './journal-file.ts';
import { auditRun, listRuns, readBaseline, readCluster, readRun, readWish, removeRun } from './stored-runs.ts';
import { thisWriter } from './writer.ts';
import { clusterDirectory, runDirectory } from './state-directory.ts';

interface OpenCluster {
  readonly record: ClusterRecord;
  readonly journal: JournalFile;
}

const openCluster = async (state: string, run: string, cluster: string): Promise<OpenCluster> => {
  const directory = clusterDirectory(state, run, cluster);
  await makePrivateDirectory(directory);
  const journal = await JournalFile.create(join(directory, 'journal.jsonl'), { run, cluster });
  const writePlan = (json: string): Promise<void> => writeDurably(join(directory, 'plan.json'), json);
  const writeWish = (json: string): Promise<void> => writeDurably(join(directory, 'wish.json'), json);
  const writeBaseline = (json: string): Promise<void> => writeDurably(join(directory, 'baseline.json'), json);
  return { journal, record: { journal, directory, writePlan, writeWish, writeBaseline } };
};

const createRun = async (state: string, run: string): Promise<RunRecord> => {
  const directory = runDirectory(state, run);
  await makePrivateDirectory(directory);
  const fleet = await JournalFile.create(join(directory, 'fleet.jsonl'), { run, ...(await thisWriter()) });
  const clusters = new Map<string, Promise<OpenCluster>>();
  return {
    id: run,
    fleet,
    cluster: async (name) => {
      const opening = clusters.get(name) ?? openCluster(state, run, name);
      clusters.set(name, opening);
      return (await opening).record;
    },
    close: async () => {
      // What could not be opened was reported to whoever asked for it.
      const opened = (await Promise.allSettled(clusters.values())).flatMap((result) =>
        result.status === 'fulfilled' ? [result.value.journal] : [],
      );
      const closed = await Promise.allSettled([...opened, fleet].map((journal) => journal.close()));
      const refused = closed.find((result) => result.status === 'rejected');
      if (refused !== undefined) throw refused.reason;
    },
  };
};

/**
 * Journals below a state directory: `runs/<id>/fleet.jsonl` and `runs/<id>/clusters/<name>/journal.jsonl`; the header of
 * the fleet's names the process that writes them. A run's id is used once: a second `create` of it is refused.
 */
export const createJournalStore = (state: string): JournalStore => ({
  create: (id) => createRun(state, id),
  list: () => listRuns(state),
  read: (id) => readRun(state, id),
  readCluster: (id, cluster, note) => readCluster(state, id, cluster, note),
  readWish: (id, cluster) => readWish(state, id, cluster),
  readBaseline: (id, cluster) => readBaseline(state, id, cluster),
  audit: (id) => auditRun(state, id),
  remove: (id) => removeRun(state, id),
});
