import { z } from 'zod';
import { holdPackages } from '../commands/apt-get.ts';
import { owedHolds, owedHoldsFile } from '../facts/owed-holds.ts';
import { recordedCommands } from '../facts/recorded-commands.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Puts back the holds that an install lifted and could not put back itself. One that still runs does so when it ends. */
export const holdAgain = defineStep({
  id: 'hold-again',
  subject: 'node',
  title: () => 'hold again what an install left without its hold',
  with: z.strictObject({ lockSeconds: z.number() }),
  detect: (_wish, _on: NodeSubject) => ({ owed: owedHolds, records: recordedCommands }),

  check: ({ owed, records }) =>
    owed.length === 0 || records.some(({ running }) => running) ? satisfied : needed(`hold again: ${owed.join(', ')}`),
  apply: ({ owed }, { lockSeconds }, { node }) => [
    { do: 'exec', on: node, command: holdPackages({ holdAgain: owed, owedFile: owedHoldsFile, lockSeconds }) },
  ],
  expect: () => ({ owed: [] }),

  // Where nothing else was done there is nothing to go back from, whatever became of the holds.
  preparing: true,
  unheld: true,
  limits: () => ({ attempts: 3, pendingMs: 10_000 }),
  explain: {
    why: 'An install that is killed leaves its packages without their hold, and the next `apt-get upgrade` takes a kubelet to another version.',
    source: 'apt-mark(8), hold; docs/how-it-works.md, "Holds"',
    type: ['cat /var/lib/nodeops/holds', 'apt-mark hold $(cat /var/lib/nodeops/holds)', 'rm /var/lib/nodeops/holds'],
  },
});
