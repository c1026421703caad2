import { readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readAs } from '../../model/json.ts';
import type { RunControl } from '../../model/run-control.ts';
import type { RunControls } from '../../ports/run-controls.ts';
import { privateFile, syncDirectory } from './durable.ts';
import { runDirectory } from './state-directory.ts';
import { explainStorage, hasCode, storing } from './storage-error.ts';

const controlSchema = z.object({
  act: z.enum(['pause', 'continue', 'stop']),
  at: z.number(),
  by: z.string(),
  reason: z.string().optional(),
  scope: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('wave'), wave: z.string() }),
    z.object({ kind: z.literal('clusters'), clusters: z.array(z.string()) }),
  ]),
});

/** Somebody asked for something that nobody can read: no further node is begun until a person says so. */
const unreadable = (path: string, line: number): RunControl => ({
  act: 'pause',
  at: 0,
  by: 'nobody knows whom',
  reason: `${path}:${line} cannot be read`,
  scope: { kind: 'all' },
});

const controlsIn = (path: string, text: string): readonly RunControl[] =>
  text
    .split('\n')
    // A line without its end is being written.
    .slice(0, -1)
    .map((line, index) => {
      const data = readAs(controlSchema, line);
      if (data === undefined) return unreadable(path, index + 1);
      const { reason, ...rest } = data;
      return { ...rest, ...(reason === undefined ? {} : { reason }) };
    });

interface Read {
  readonly mark: string;
  readonly controls: readonly RunControl[];
}

const markOf = (path: string): string | undefined => {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? undefined : `${found.ino} ${found.size}`;
  } catch (error) {
    throw explainStorage(error, path);
  }
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // It went between the two looks: the record of the run was removed.
    if (hasCode(error, 'ENOENT')) return '';
    throw explainStorage(error, path);
  }
};

/** Lines of `runs/<id>/control.jsonl` below a state directory; it only grows, so that its size tells whether it is to be read. */
export const createRunControls = (state: string): RunControls => {
  const known = new Map<string, Read>();
  const pathOf = (run: string): string => join(runDirectory(state, run), 'control.jsonl');
  return {
    of: (run) => {
      const path = pathOf(run);
      const mark = markOf(path);
      if (mark === undefined) return [];
      const before = known.get(run);
      if (before?.mark === mark) return before.controls;
      const controls = controlsIn(path, textOf(path));
      known.set(run, { mark, controls });
      return controls;
    },
    ask: (run, control) => {
      const path = pathOf(run);
      return storing(path, async () => {
        const handle = await open(path, 'a', privateFile);
        try {
          await handle.write(`${JSON.stringify(control)}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await syncDirectory(runDirectory(state, run));
      });
    },
  };
};
