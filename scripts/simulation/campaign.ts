import { Worker } from 'node:worker_threads';
import type { Choice } from './choice.ts';
import { emptyTally, failures, merge, type Tally } from './tally.ts';
import { work, type Batch } from './worker.ts';

export interface Campaign {
  readonly from: number;
  readonly seeds: number;
  /** 0: in this thread, where one more would take longer to begin than to work. */
  readonly workers: number;
  readonly choice: Choice;
  /** Begins nothing more once something was broken or did not get where it must. */
  readonly untilBroken: boolean;
  /** Called after each batch. */
  readonly progress: (tally: Tally) => void;
}

const batchSize = 25;
/** Where the first bad one is enough, little is simulated beyond it. */
const smallBatchSize = 1;

/** What a simulation makes is mostly of use for an instant: with more room for it, little of it is ever copied. */
const maxYoungGenerationSizeMb = 192;

/** Runs all seeds on several threads. The sum does not depend on how many they are, but for the order of what is bad. */
export const campaign = async (wanted: Campaign): Promise<Tally> => {
  const { from, seeds, workers, choice, untilBroken, progress } = wanted;
  const tally = emptyTally();
  let next = from;
  const enough = (): boolean => {
    const { broken, unconverged } = failures(tally);
    return untilBroken && broken + unconverged > 0;
  };
  const batch = (): Batch | undefined => {
    const size = Math.min(untilBroken ? smallBatchSize : batchSize, from + seeds - next);
    if (size <= 0 || enough()) return undefined;
    next += size;
    return { from: next - size, seeds: size, choice };
  };
  const employ = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb },
      });
      const assign = (): void => {
        const due = batch();
        if (due === undefined) void worker.terminate().then(() => resolve(), reject);
        else worker.postMessage(due, []);
      };
      worker.on('message', (done: Tally) => {
        merge(tally, done);
        progress(tally);
        assign();
      });
      worker.on('error', reject);
      assign();
    });
  for (let here = workers === 0 ? batch() : undefined; here !== undefined; here = batch()) {
    merge(tally, await work(here));
    progress(tally);
  }
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / batchSize)) }, employ));
  tally.bad.sort((a, b) => a.seed - b.seed);
  return tally;
};
