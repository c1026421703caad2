import { toProblems } from '../documents/finding.ts';
import { toFindings } from '../documents/issues.ts';
import { readYaml } from '../documents/yaml-source.ts';
import { InvalidInput } from '../model/errors.ts';
import { taskSchema, type PracticeTask } from './task-schema.ts';

/** A task's text → the task. @throws InvalidInput with all problems at once, each with its line. */
export const loadTask = (text: string, file: string): PracticeTask => {
  const yaml = readYaml(text, file);
  if (!yaml.readable || yaml.problems.length > 0) throw new InvalidInput(yaml.problems);
  const result = taskSchema.safeParse(yaml.value);
  if (!result.success) throw new InvalidInput(toProblems(toFindings(result.error.issues, yaml), yaml));
  return result.data;
};
