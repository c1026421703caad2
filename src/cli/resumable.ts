import type { JournalStore, StoredRun } from '../ports/journal-store.ts';
import type { RunState } from '../report/run-outline.ts';
import { readWish, type KeptWish } from '../run/kept-wish.ts';
import type { RecordedOutline } from './stored-runs.ts';

/** One cluster's part of a run, and what was asked for in it where that was kept. */
export interface RunPart {
  readonly run: string;
  readonly cluster: string;
  readonly state: Exclude<RunState, 'broken'>;
  readonly stored: StoredRun;
  readonly wish?: KeptWish;
}

const partsOf = async (journals: JournalStore, { outline, stored }: RecordedOutline): Promise<readonly RunPart[]> =>
  stored === undefined
    ? []
    : Promise.all(
        outline.clusters.map(async ({ cluster, state }) => {
          const wish = readWish((await journals.readWish(outline.run, cluster)) ?? '');
          return { run: outline.run, cluster, state, stored, ...(wish === undefined ? {} : { wish }) };
        }),
      );

/** Every cluster's part of every run, in the order of the runs. */
export const runParts = async (journals: JournalStore, runs: readonly RecordedOutline[]): Promise<readonly RunPart[]> =>
  (await Promise.all(runs.map((run) => partsOf(journals, run)))).flat();

/** Clusters of one name in two inventories are two clusters. */
const clusterKey = ({ cluster, wish }: RunPart): string => `${cluster} ${wish?.inventory ?? ''}`;

/** Of each cluster the newest part: what came before it no longer counts, however it ended. `parts` come newest first. */
export const newestParts = (parts: readonly RunPart[]): readonly RunPart[] =>
  [
    ...parts
      .toReversed()
      .reduce((byCluster, part) => byCluster.set(clusterKey(part), part), new Map<string, RunPart>())
      .values(),
  ].toSorted((a, b) => parts.indexOf(a) - parts.indexOf(b));

/** Whether there is something to go on with: it did not come to its end, and its process no longer lives. */
export const isUnfinished = ({ state }: Pick<RunPart, 'state'>): boolean => state !== 'done' && state !== 'running';
