import { join, resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { readingProblem } from '../inventory/manifests.ts';
import { loadPlaybook } from '../playbook/load.ts';
import type { Playbook } from '../playbook/schema.ts';
import { didYouMean } from '../documents/nearest.ts';
import type { Parts } from './parts.ts';

/** The playbooks that come with the program, by name. */
export const shippedNames = (parts: Parts): readonly string[] =>
  parts
    .listDirectory(parts.playbooks)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length));

/** A playbook that comes with the program. @throws UsageError for an unknown name. */
export const shippedPlaybook = (parts: Parts, name: string): Playbook => {
  const names = shippedNames(parts);
  if (!names.includes(name))
    throw new UsageError(
      `no playbook is called ${name}: ${didYouMean(name, names)}\n    a file is given by its path: ./${name}.yaml`,
    );
  const file = join(parts.playbooks, `${name}.yaml`);
  return loadPlaybook(parts.readFile(file), file);
};

/** Whether a playbook is named by its path: a shipped one has neither slash nor dot in its name. */
export const isPath = (nameOrPath: string): boolean => /[/.]/.test(nameOrPath);

/** A shipped playbook by its name, or any by its path. @throws UsageError when there is none, InvalidInput when it is wrong. */
export const namedPlaybook = (parts: Parts, nameOrPath: string): Playbook => {
  if (!isPath(nameOrPath)) return shippedPlaybook(parts, nameOrPath);
  try {
    return loadPlaybook(parts.readFile(resolve(parts.cwd, nameOrPath)), nameOrPath);
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new UsageError(
        `the playbook ${nameOrPath} ${readingProblem(error)}\n    shipped ones, named without a path: ${shippedNames(parts).join(', ')}`,
        { cause: error },
      );
    throw error;
  }
};
