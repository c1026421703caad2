import { absoluteInventory, type SelectionOptions } from './inventory.ts';
import type { Parts } from './parts.ts';
import { newestParts, type RunPart } from './resumable.ts';
import { setWords } from './set-words.ts';

interface Asked {
  readonly playbook: string;
  readonly cluster: string;
  /** `name=value` of its parameters, but for the name of the maintenance. */
  readonly set: readonly string[];
  readonly options: Pick<SelectionOptions, 'inventory' | 'limit' | 'only'>;
}

const sorted = (words: readonly string[]): string => words.toSorted().join(' ');

/** Whether a part of a run was asked for in the same words. */
const isSame = ({ wish }: RunPart, { playbook, set, options }: Asked, inventory: string): boolean => {
  if (wish?.playbook !== playbook || wish.inventory !== inventory || wish.only !== options.only) return false;
  const { maintenance: _name, ...parameters } = wish.parameters;
  return sorted(setWords(parameters)) === sorted(set) && sorted(wish.limit ?? []) === sorted(options.limit ?? []);
};

/**
 * Of what is recorded, the name of a maintenance, by which the nodes know what was done for it: that of one which was
 * asked for in the same words and has not come to its end, on this machine, or a new one. One that still runs counts as
 * well: a process that was killed a moment ago may look alive, and who waits for the other's end finds that it was done.
 */
export const maintenanceFor = (parts: Parts, recorded: readonly RunPart[], asked: Asked): string => {
  const inventory = absoluteInventory(parts, asked.options);
  const newest = newestParts(recorded).find(
    ({ cluster, wish }) => cluster === asked.cluster && wish?.inventory === inventory,
  );
  const begun = newest?.wish?.parameters['maintenance'];
  if (newest === undefined || typeof begun !== 'string' || newest.state === 'done' || !isSame(newest, asked, inventory))
    return parts.newRunId();
  parts.stderr.write(
    `${asked.cluster}: going on with the maintenance ${begun}, which did not come to its end: what it did is not done again\n`,
  );
  return begun;
};
