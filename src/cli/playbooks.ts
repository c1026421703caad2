import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { readingProblem } from '../inventory/manifests.ts';
import { loadPlaybook, loadWholePlaybook } from '../playbook/load.ts';
import type { Playbook } from '../playbook/schema.ts';
import { didYouMean } from '../documents/nearest.ts';
import type { Parts } from './parts.ts';
import { playbookOfTask } from './practice-tasks.ts';

/** The playbooks that come with the program, by name. */
export const shippedNames = (parts: Parts): readonly string[] =>
  parts
    .listDirectory(parts.playbooks)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length));

type Load = typeof loadWholePlaybook;

/** Reads a playbook, and the files that it names, which are seen from its own directory. */
const loadFrom = (parts: Parts, file: string, called = file, load: Load = loadPlaybook): Playbook =>
  load(parts.readFile(file), called, (name) => parts.readFile(resolve(dirname(file), name)));

/** Where a playbook lies that comes with the program. @throws UsageError for an unknown name. */
const shippedFile = (parts: Parts, name: string): string => {
  const names = shippedNames(parts);
  if (!names.includes(name))
    throw new UsageError(
      `no playbook is called ${name}: ${didYouMean(name, names)}\n    a file is given by its path: ./${name}.yaml`,
    );
  return join(parts.playbooks, `${name}.yaml`);
};

/** A playbook that comes with the program, or that one of its tasks is made into. @throws UsageError for an unknown name. */
export const shippedPlaybook = (parts: Parts, name: string): Playbook =>
  playbookOfTask(parts, name) ?? loadFrom(parts, shippedFile(parts, name));

/** Whether a playbook is named by its path: a shipped one has neither slash nor dot in its name. */
export const isPath = (nameOrPath: string): boolean => /[/.]/.test(nameOrPath);

/** What `read` reads, where the file can be read. @throws UsageError where it cannot. */
const readable = <T>(parts: Parts, path: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new UsageError(
        `the playbook ${path} ${readingProblem(error)}\n    shipped ones, named without a path: ${shippedNames(parts).join(', ')}`,
        { cause: error },
      );
    throw error;
  }
};

/** A shipped playbook by its name, or any by its path. @throws UsageError when there is none, InvalidInput when it is wrong. */
export const namedPlaybook = (parts: Parts, nameOrPath: string): Playbook =>
  isPath(nameOrPath)
    ? readable(parts, nameOrPath, () => loadFrom(parts, resolve(parts.cwd, nameOrPath), nameOrPath))
    : shippedPlaybook(parts, nameOrPath);

/** A file in which no step may lack anything. @throws UsageError when it is not there, InvalidInput when it is wrong. */
export const wholePlaybook = (parts: Parts, path: string): Playbook =>
  readable(parts, path, () => loadFrom(parts, resolve(parts.cwd, path), path, loadWholePlaybook));

/** The text of a playbook as it stands in its file. @throws UsageError when there is none. */
export const playbookSource = (parts: Parts, nameOrPath: string): string =>
  isPath(nameOrPath)
    ? readable(parts, nameOrPath, () => parts.readFile(resolve(parts.cwd, nameOrPath)))
    : parts.readFile(shippedFile(parts, nameOrPath));
