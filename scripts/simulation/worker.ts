import { parentPort } from 'node:worker_threads';
import type { Choice } from './choice.ts';
import { simulateSeed } from './simulate-seed.ts';
import { count, emptyTally, type Tally } from './tally.ts';

/** Some seeds for a worker. */
export interface Batch {
  readonly from: number;
  readonly seeds: number;
  readonly choice: Choice;
}

/** Simulates a batch in this thread. */
export const work = async ({ from, seeds, choice }: Batch): Promise<Tally> => {
  const tally = emptyTally();
  for (let seed = from; seed < from + seeds; seed += 1) count(tally, await simulateSeed(seed, choice));
  return tally;
};

parentPort?.on('message', (batch: Batch) => {
  work(batch).then(
    (tally) => parentPort?.postMessage(tally, []),
    (error: unknown) => {
      // A fault of the simulation itself: reaches the parent as the worker's error.
      queueMicrotask(() => {
        throw error;
      });
    },
  );
});
