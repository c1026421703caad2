import { UsageError } from '../../model/errors.ts';
import { askAgain } from '../ask-again.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import { runPlaybook } from '../playbook-run.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import type { Parts } from '../parts.ts';
import { isUnfinished, newestParts, runParts, type RunPart } from '../resumable.ts';
import { absoluteInventory } from '../inventory.ts';
import { resumeElsewhere } from '../resume-elsewhere.ts';
import { readNamed, readRuns } from '../stored-runs.ts';
import { commandOf } from '../typed-wish.ts';

export interface ResumeOptions extends PlaybookOptions {
  readonly inventory?: string;
  readonly cluster?: readonly string[];
}

const elsewhere =
  'if it was begun on another machine, the clusters are asked for it: nodeops resume --inventory FILE [--cluster NAME]';

const sayNothing = (parts: Parts, text: string): readonly RunPart[] => {
  parts.stdout.write(`${text}\n`);
  return [];
};

const goingOn = ({ run: id, stored }: RunPart): UsageError =>
  new UsageError(
    `the run ${id} is still going on${stored.process === undefined ? '' : `: process ${stored.process.pid} on ${stored.process.host}`}\n` +
      '    stop it there with Ctrl-C first, or let it finish',
  );

/** Whether a part belongs to what the options name. */
const isMeant =
  (parts: Parts, { inventory, cluster }: ResumeOptions) =>
  (part: RunPart): boolean =>
    (cluster === undefined || cluster.includes(part.cluster)) &&
    (inventory === undefined || part.wish?.inventory === absoluteInventory(parts, { inventory }));

/** What is left of the run that was named. */
const partsOfRun = async (parts: Parts, name: string, options: ResumeOptions): Promise<readonly RunPart[]> => {
  const named = await readNamed(parts, name);
  const all = await runParts(await parts.journals(), [named]);
  const meant = all.filter(isMeant(parts, options));
  if (meant.length === 0 && all.length > 0)
    throw new UsageError(
      `the run ${named.outline.run} is recorded here, and was not about that inventory or cluster\n    leave --inventory and --cluster out: its record knows them`,
    );
  const running = meant.find(({ state }) => state === 'running');
  if (running !== undefined) throw goingOn(running);
  const left = meant.filter(isUnfinished);
  return left.length > 0
    ? left
    : sayNothing(parts, `the run ${named.outline.run} is ${named.outline.state}: nothing to resume`);
};

/** The newest part that has no end; where several clusters are named, of each of them. */
const newestUnfinished = async (parts: Parts, options: ResumeOptions): Promise<readonly RunPart[]> => {
  // Without a wish nothing was begun: it is written before the first write.
  const recorded = (await runParts(await parts.journals(), await readRuns(parts))).filter(
    ({ wish }) => wish !== undefined,
  );
  const newest = newestParts(recorded.filter(isMeant(parts, options)));
  const unfinished = newest.filter(isUnfinished);
  if (unfinished.length > 0) return (options.cluster ?? []).length > 1 ? unfinished : unfinished.slice(0, 1);
  const running = newest.find(({ state }) => state === 'running');
  if (running !== undefined) throw goingOn(running);
  return [];
};

const isHere = async (parts: Parts, name: string): Promise<boolean> =>
  name === 'last' || (await (await parts.journals()).list()).some((id) => id.startsWith(name));

const wishesOf = (
  parts: Parts,
  { run: id, cluster, state, wish }: RunPart,
  options: ResumeOptions,
): readonly ClusterWish[] => {
  if (wish === undefined)
    throw new UsageError(`the run ${id} of ${cluster} kept no wish.json that can be read\n    type its command again`);
  parts.stderr.write(`going on with ${id} (${state}): ${commandOf(wish)}\n`);
  return askAgain(parts, { wish, run: id }, options);
};

/**
 * `nodeops resume [RUN]`: asks for the same again, from fresh observation, as a new run. The records of this machine come
 * first; where they have nothing to go on with and an inventory is named, its clusters are asked. Nothing unfinished is
 * no error.
 * @throws UsageError when the run, its wish, its inventory or its cluster is no longer there.
 */
export const resume = async (parts: Parts, name: string | undefined, options: ResumeOptions): Promise<number> => {
  const { inventory } = options;
  const here = name === undefined || (await isHere(parts, name));
  if (!here) {
    if (inventory !== undefined) return resumeElsewhere(parts, name, { ...options, inventory });
    throw new UsageError(
      `no run is called ${name} on this machine\n    nodeops runs list shows those that are; one that was begun elsewhere: nodeops resume --inventory FILE ${name}`,
    );
  }
  const found = await (name === undefined ? newestUnfinished(parts, options) : partsOfRun(parts, name, options));
  if (found.length === 0 && name === undefined) {
    if (inventory !== undefined) return resumeElsewhere(parts, undefined, { ...options, inventory });
    sayNothing(parts, `nothing is unfinished on this machine; ${elsewhere}`);
  }
  const { inventory: _inventory, ...rest } = options;
  const wishes = found.flatMap((part) => wishesOf(parts, part, options));
  // Their run names them: none is meant by mistake.
  return runPlaybook(parts, wishes, { ...rest, cluster: found.map(({ cluster }) => cluster) });
};
