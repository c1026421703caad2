import type { Task } from '../kernel.ts';
import type { Assignment } from './ast.ts';
import { expandText } from './expand.ts';
import type { Shell } from './shell.ts';
import { wait, type Soon } from './soon.ts';
import type { Variable } from './variables.ts';

/** Puts variables of one command back as they were. */
export const restore = (shell: Shell, before: ReadonlyMap<string, Variable | undefined>): void => {
  for (const [name, variable] of before) shell.put(name, variable);
};

/** What variables were before. */
export type Saved = Map<string, Variable | undefined>;

const assignOne = (
  shell: Shell,
  name: string,
  text: string,
  exported: boolean | undefined,
  before: Saved | undefined,
): void => {
  if (before !== undefined && !before.has(name)) before.set(name, shell.variables.get(name));
  shell.set(name, text, exported);
};

function* assignOn(
  shell: Shell,
  task: Task<string>,
  [first, ...rest]: readonly Assignment[],
  before?: Saved,
  exported?: boolean,
): Task<undefined> {
  assignOne(shell, first?.name ?? '', yield* task, exported, before);
  yield* wait(assign(shell, rest, before, exported));
  return undefined;
}

/** Sets variables, and keeps in `before` what they were. */
export const assign = (
  shell: Shell,
  assignments: readonly Assignment[],
  before?: Saved,
  exported?: boolean,
): Soon<undefined> => {
  let at = 0;
  for (const { name, value } of assignments) {
    const text = expandText(shell, value);
    if (typeof text === 'object') return assignOn(shell, text, assignments.slice(at), before, exported);
    assignOne(shell, name, text, exported, before);
    at += 1;
  }
  return undefined;
};
