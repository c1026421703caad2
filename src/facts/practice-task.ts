import { readTask } from '../commands/practice.ts';
import { readProperties } from './assignments.ts';
import { defineFact } from './fact.ts';

/** The task that is set up in a cluster, as its first control plane keeps it: also where no API server answers. */
export interface PracticeTaskState {
  readonly task: string;
  /** `set-up`: it was begun to be set up, and is not whole. */
  readonly stage: 'set-up' | 'begun';
  /** The worker that it is about; empty where there is none. */
  readonly worker: string;
  /** How long ago, by the node's clock; of one that is not whole, since its setting up began. */
  readonly secondsAgo: number;
  readonly hints: number;
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

export const practiceTask = defineFact<PracticeTaskState>({
  id: 'practice-task',
  subject: 'node',
  command: readTask(),
  parse: ({ stdout, stderr, code }) => {
    if (code !== 0) return { unreadable: stderr };
    if (stdout.trim() === 'none') return { absent: true };
    const { task, stage, worker, since, now, hints = '0' } = readProperties(stdout);
    const [from, until, given] = [since, now, hints].map(whole);
    if (task === undefined || worker === undefined || from === undefined || until === undefined || given === undefined)
      return { unreadable: stdout };
    if (stage !== 'set-up' && stage !== 'begun') return { unreadable: stdout };
    return { value: { task, stage, worker, secondsAgo: Math.max(0, until - from), hints: given } };
  },
});
