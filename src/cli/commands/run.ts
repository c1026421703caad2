import { resolve } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import { quote } from '../../commands/quote.ts';
import { didYouMean } from '../../documents/nearest.ts';
import { parseWishedVersion } from '../../inventory/values.ts';
import type { Playbook } from '../../playbook/schema.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import { askedSelection, loadSelection, type SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import { isPath, namedPlaybook } from '../playbooks.ts';
import { refuseProtected } from '../practice-ground.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { breaksOnPurpose } from '../../practice/compose.ts';
import { runPlaybook } from '../playbook-run.ts';
import { waiversOf, type WaiverOptions } from '../waivers.ts';

export interface RunOptions extends SelectionOptions, PlaybookOptions {
  readonly set?: readonly string[];
}

type Value = string | number | boolean;
type ParameterType = Playbook['parameters'][string]['type'];

const readers: Record<
  ParameterType,
  { readonly expected: string; readonly read: (text: string) => Value | undefined }
> = {
  version: { expected: 'a version such as 1.36.3', read: parseWishedVersion },
  string: { expected: 'text', read: (text) => text },
  number: {
    expected: 'a number',
    read: (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
  },
  boolean: { expected: 'true or false', read: (text) => ({ true: true, false: false })[text] },
};

const readParameter = (playbook: Playbook, assignment: string): readonly [string, Value] => {
  const [name = '', ...rest] = assignment.split('=');
  const declared = playbook.parameters[name];
  if (rest.length === 0 || name === '') throw new UsageError(`--set ${assignment}: write name=value`);
  if (declared === undefined)
    throw new UsageError(
      `the playbook ${playbook.name} has no parameter ${name}: ${didYouMean(name, Object.keys(playbook.parameters))}`,
    );
  const { expected, read } = readers[declared.type];
  const value = read(rest.join('='));
  if (value === undefined) throw new UsageError(`--set ${assignment}: expected ${expected}`);
  return [name, value];
};

const parametersOf = (playbook: Playbook, assignments: readonly string[]): Record<string, Value> => {
  const given = Object.fromEntries(assignments.map((assignment) => readParameter(playbook, assignment)));
  const missing = Object.entries(playbook.parameters).flatMap(([name, { required }]) =>
    required && !(name in given) ? [name] : [],
  );
  if (missing.length > 0)
    throw new UsageError(`the playbook ${playbook.name} needs ${missing.map((name) => `--set ${name}=…`).join(' ')}`);
  const defaults = Object.entries(playbook.parameters).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(defaults), ...given };
};

/** A playbook in each cluster that the options name. @throws UsageError before anything is connected to. */
export const wishesToRun = (
  parts: Parts,
  nameOrPath: string,
  options: SelectionOptions & WaiverOptions & { readonly set?: readonly string[] },
): readonly ClusterWish[] => {
  const selected = loadSelection(parts, options);
  const playbook = namedPlaybook(parts, nameOrPath);
  // Also where one is gone on with: a cluster may have come under protection since.
  if (breaksOnPurpose(playbook)) for (const { cluster } of selected) refuseProtected(cluster);
  const parameters = parametersOf(playbook, options.set ?? []);
  const again = (cluster: string) =>
    quote([
      'nodeops',
      'run',
      nameOrPath,
      '--inventory',
      options.inventory ?? '',
      '--cluster',
      cluster,
      ...(options.set ?? []).flatMap((each) => ['--set', each]),
      ...(options.limit ?? []).flatMap((node) => ['--limit', node]),
      ...(options.only === undefined ? [] : ['--only', options.only]),
      ...(options.withSpare ?? []).flatMap((spare) => ['--with-spare', spare]),
      ...(options.waive ?? []).flatMap((waiver) => ['--waive', waiver]),
    ]);
  const waivers = waiversOf(options);
  return selected.map(({ cluster, nodes }) => ({
    cluster,
    nodes,
    playbook,
    parameters,
    again: again(cluster.name),
    asked: {
      command: 'run' as const,
      playbook: isPath(nameOrPath) ? resolve(parts.cwd, nameOrPath) : nameOrPath,
      ...askedSelection(parts, options, nodes),
      ...waivers,
    },
  }));
};

/** `nodeops run <playbook>`. @throws UsageError before anything is connected to. */
export const run = async (parts: Parts, nameOrPath: string, options: RunOptions): Promise<number> =>
  runPlaybook(parts, wishesToRun(parts, nameOrPath, options), options);
