import { quote } from '../commands/quote.ts';
import { fillText } from '../practice/compose.ts';
import type { PracticeTask } from '../practice/task-schema.ts';
import { paintFor } from '../report/paint.ts';
import { taskText } from '../report/practice-text.ts';
import type { SelectionOptions } from './inventory.ts';
import type { OutputFormat, Parts } from './parts.ts';
import type { Players } from './practice-sight.ts';

export interface PracticeLookOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
}

/** What a person types next about the practice in one cluster. */
export const commandFor = (
  verb: string,
  words: readonly string[],
  { inventory = '' }: PracticeLookOptions,
  cluster: string,
) => quote(['nodeops', 'practice', verb, ...words, '--inventory', inventory, '--cluster', cluster]);

const nextSteps = (options: PracticeLookOptions, cluster: string): readonly (readonly [string, string])[] => [
  [commandFor('check', [], options, cluster), 'marks it'],
  [commandFor('hint', [], options, cluster), 'says a little more each time'],
  [commandFor('reset', [], options, cluster), 'puts everything back'],
];

/** The text of a task, with what to type next. */
export const tellTask = (
  parts: Parts,
  options: PracticeLookOptions,
  cluster: string,
  task: PracticeTask,
  players: Players,
): void => {
  const { title, minutes, documentation } = task;
  const told = { cluster, minutes, documentation, title: fillText(title, players), text: fillText(task.text, players) };
  parts.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify({ type: 'task', task: task.name, ...told })}\n`
      : `\n${taskText({ ...told, next: nextSteps(options, cluster) }, paintFor(parts.stdout, parts.env))}`,
  );
};
