import { z } from 'zod';
import { checked, fullList, list, map, text } from '../documents/fields.ts';

/** Where something of a task happens; `worker` is the one that the task is about. */
const places = ['worker', 'control-plane', 'every-node'] as const;
export type TaskPlace = (typeof places)[number];

const on = z.enum(places, { error: places.join(', ') });
const script = text('a script for sh');
const sentence = text('a sentence');

/** A part that is done where its check does not pass. */
const part = map('a part with on, check and do', {
  on,
  check: script.describe('rc 0: there is nothing to do.'),
  do: script.describe('Ends once `check` passes.'),
});

/** The file format of a task; docs/practice.md, "A task of your own", tells what is what. */
export const taskSchema = map('a task', {
  apiVersion: z.literal('nodeops/v1', { error: 'nodeops/v1' }),
  kind: z.literal('PracticeTask', { error: 'PracticeTask' }),
  name: checked('lower-case letters, digits and hyphens', (name) => /^[a-z][a-z0-9-]*$/.test(name)),
  title: sentence,
  /** A domain of the CKA's curriculum. */
  domain: text('a domain of the curriculum'),
  minutes: z.int({ error: 'a number of minutes' }).min(1, { error: 'a number of minutes' }),
  teaches: fullList('a list of what it teaches', sentence),
  documentation: fullList('a list of documents and their sections', sentence),
  text: text('what is to be done'),
  needs: list(
    'a list of what the task needs',
    map('a need with name, on and check', { name: sentence, on, check: script }),
  ).default([]),
  keeps: list(
    'a list of files that are put back',
    map('files with on and paths', {
      on: z.enum(['worker', 'control-plane'], { error: 'worker, control-plane' }),
      paths: fullList(
        'a list of paths',
        checked('a path from / on without blanks', (path) => /^\/[\w./-]+$/.test(path)),
      ),
      returned: script.optional().describe('Run once something of it was put back.'),
    }),
  ).default([]),
  setUp: fullList('a list of parts', part),
  checklist: fullList('a list of items', map('an item with on, item and check', { item: sentence, on, check: script })),
  hints: fullList('a list of hints', sentence),
  solution: fullList('a list of what is typed', map('commands with on and type', { on, type: script })),
  reset: list('a list of parts', map('a part with name, on, check and do', { name: sentence, ...part.shape })).default(
    [],
  ),
});

export type PracticeTask = z.output<typeof taskSchema>;
