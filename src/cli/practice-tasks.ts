import { join } from 'node:path';
import { didYouMean } from '../documents/nearest.ts';
import { UsageError } from '../model/errors.ts';
import { composePlaybook, readPlaybookName } from '../practice/compose.ts';
import { loadTask } from '../practice/load-task.ts';
import type { PracticeTask } from '../practice/task-schema.ts';
import type { Playbook } from '../playbook/schema.ts';
import type { Parts } from './parts.ts';

const folderOf = ({ playbooks }: Parts): string => join(playbooks, 'practice');

/** The tasks that come with the program, by name. */
export const taskNames = (parts: Parts): readonly string[] =>
  parts
    .listDirectory(folderOf(parts))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();

/** @throws UsageError for an unknown name. */
export const namedTask = (parts: Parts, name: string): PracticeTask => {
  const names = taskNames(parts);
  if (!names.includes(name))
    throw new UsageError(`no task is called ${name}: ${didYouMean(name, names)}\n    nodeops practice list shows them`);
  const file = join(folderOf(parts), `${name}.yaml`);
  return loadTask(parts.readFile(file), file);
};

/** The playbook that a task is made into, where that is what the name means. @throws UsageError for an unknown task. */
export const playbookOfTask = (parts: Parts, name: string): Playbook | undefined => {
  const found = readPlaybookName(name);
  return found === undefined ? undefined : composePlaybook(found.verb, namedTask(parts, found.task));
};
