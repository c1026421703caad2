import { resolve } from 'node:path';
import { quote } from '../../commands/quote.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import type { KeptWish } from '../../run/kept-wish.ts';
import type { PlaybookOptions } from '../playbook-run.ts';
import type { Parts } from '../parts.ts';
import { isUnfinished, newestParts, runParts, type RunPart } from '../resumable.ts';
import { readNamed, readRuns } from '../stored-runs.ts';
import { run } from './run.ts';
import { upgrade } from './upgrade.ts';

export interface ResumeOptions extends Omit<PlaybookOptions, 'resumes'> {
  readonly inventory?: string;
  readonly cluster?: string;
}

const elsewhere = 'if it was begun on another machine, type the same `nodeops upgrade …` or `nodeops run …` again';

const sayNothing = (parts: Parts, text: string): readonly RunPart[] => {
  parts.stdout.write(`${text}\n`);
  return [];
};

const goingOn = ({ run: id, stored }: RunPart): UsageError =>
  new UsageError(
    `the run ${id} is still going on${stored.process === undefined ? '' : `: process ${stored.process.pid} on ${stored.process.host}`}\n` +
      '    stop it there with Ctrl-C first, or let it finish',
  );

/** What is left of the run that was named. */
const partsOfRun = async (parts: Parts, name: string): Promise<readonly RunPart[]> => {
  const named = await readNamed(parts, name);
  const all = await runParts(await parts.journals(), [named]);
  const running = all.find(({ state }) => state === 'running');
  if (running !== undefined) throw goingOn(running);
  const left = all.filter(isUnfinished);
  return left.length > 0
    ? left
    : sayNothing(parts, `the run ${named.outline.run} is ${named.outline.state}: nothing to resume`);
};

/** The newest part that has no end, of the clusters that were asked for. */
const newestUnfinished = async (parts: Parts, { inventory, cluster }: ResumeOptions): Promise<readonly RunPart[]> => {
  const path = inventory === undefined ? undefined : resolve(parts.cwd, inventory);
  const all = (await runParts(await parts.journals(), await readRuns(parts))).filter(
    // Without a wish nothing was begun: it is written before the first write.
    (part) =>
      part.wish !== undefined &&
      (cluster === undefined || part.cluster === cluster) &&
      (path === undefined || part.wish?.inventory === path),
  );
  const newest = newestParts(all);
  const [first] = newest.filter(isUnfinished);
  if (first !== undefined) return [first];
  const running = newest.find(({ state }) => state === 'running');
  if (running !== undefined) throw goingOn(running);
  if (all.length === 0 && (cluster !== undefined || inventory !== undefined))
    throw new UsageError(`no run of ${cluster ?? inventory ?? ''} is recorded on this machine\n    ${elsewhere}`);
  return sayNothing(parts, `nothing is unfinished on this machine; ${elsewhere}`);
};

const commandOf = (wish: KeptWish): readonly string[] => [
  'nodeops',
  wish.command,
  ...(wish.command === 'run' ? [wish.playbook] : []),
  '--inventory',
  wish.inventory,
  '--cluster',
  wish.cluster,
  ...(wish.plan === undefined ? [] : ['--plan', wish.plan]),
  ...(wish.command === 'run'
    ? Object.entries(wish.parameters).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    : wish.plan === undefined
      ? ['--to', String(wish.parameters['version'])]
      : []),
  ...(wish.limit ?? []).flatMap((node) => ['--limit', node]),
  ...(wish.only === undefined ? [] : ['--only', wish.only]),
];

const askAgain = (parts: Parts, wish: KeptWish, options: PlaybookOptions): Promise<number> => {
  const { inventory, cluster, limit, only, parameters } = wish;
  const selection = {
    inventory,
    cluster: [cluster],
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
  };
  if (wish.plan !== undefined) return upgrade(parts, { ...options, inventory, cluster: [cluster], plan: wish.plan });
  if (wish.command === 'upgrade')
    return upgrade(parts, { ...options, ...selection, to: String(parameters['version']) });
  const set = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return run(parts, wish.playbook, { ...options, ...selection, set });
};

const resumePart = (
  parts: Parts,
  { run: id, cluster, state, wish }: RunPart,
  options: ResumeOptions,
): Promise<number> => {
  if (wish === undefined)
    throw new UsageError(`the run ${id} of ${cluster} kept no wish.json that can be read\n    type its command again`);
  parts.stderr.write(`going on with ${id} (${state}): ${quote(commandOf(wish))}\n`);
  const { inventory: _inventory, cluster: _cluster, ...rest } = options;
  return askAgain(parts, wish, { ...rest, resumes: id });
};

/**
 * `nodeops resume [RUN]`: asks for the same again, from fresh observation, as a new run. Nothing unfinished is no error.
 * @throws UsageError when the run, its wish, its inventory or its cluster is no longer there.
 */
export const resume = async (parts: Parts, name: string | undefined, options: ResumeOptions): Promise<number> => {
  if (name !== undefined && (options.inventory !== undefined || options.cluster !== undefined))
    throw new UsageError('name either the run, or its --inventory and --cluster');
  const found = await (name === undefined ? newestUnfinished(parts, options) : partsOfRun(parts, name));
  let worst: number = exitCode.done;
  for (const part of found) worst = Math.max(worst, await resumePart(parts, part, options));
  return worst;
};
