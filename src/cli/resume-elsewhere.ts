import { quote } from '../commands/quote.ts';
import { exitCode, UsageError, worse } from '../model/errors.ts';
import { withoutControlSequences } from '../model/text.ts';
import type { KeptWish } from '../run/kept-wish.ts';
import type { LeftWish } from '../run/lock/left-wish.ts';
import { askAgain } from './ask-again.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { runPlaybook } from './playbook-run.ts';
import { absoluteInventory, loadSelection } from './inventory.ts';
import { waitForLock } from './ownership.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { isPath } from './playbooks.ts';
import { checkConsent } from './protection.ts';
import { tellRun, type ToldRun } from './told-run.ts';
import { commandOf } from './typed-wish.ts';

export interface ElsewhereOptions extends PlaybookOptions {
  readonly inventory: string;
  readonly cluster?: readonly string[];
}

type Unfinished = Extract<ToldRun, { kind: 'unfinished' }>;

const wishHere = (parts: Parts, { inventory }: ElsewhereOptions, cluster: string, left: LeftWish): KeptWish => {
  const { command, playbook, parameters, limit, only, spares, waivers } = left;
  return {
    format: 1,
    cluster,
    command,
    playbook,
    parameters,
    inventory: absoluteInventory(parts, { inventory }),
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
    ...(spares === undefined ? {} : { spares }),
    ...(waivers === undefined ? {} : { waivers }),
  };
};

const withoutWish = ({ run, cluster, last }: Unfinished, { inventory }: ElsewhereOptions): readonly string[] => {
  const { playbook, parameters } = last;
  const words = ['--inventory', inventory, '--cluster', cluster.name];
  return [
    `the run ${run} of ${cluster.name} did not leave all that it was asked for on the cluster`,
    ...(playbook === undefined ? [] : [`    it ran the playbook ${playbook} with ${parameters ?? 'no parameters'}`]),
    `    type its command again, with the --limit or --only that it had: ${quote(['nodeops', 'upgrade', ...words])} …`,
  ];
};

/** What only the machine has where it was begun, and what to type instead; undefined where nothing is missing. */
const missing = (parts: Parts, told: Unfinished, options: ElsewhereOptions): readonly string[] | undefined => {
  const { run, cluster, wish } = told;
  if (wish === undefined) return withoutWish(told, options);
  const here = wishHere(parts, options, cluster.name, wish);
  if (wish.plan !== undefined) {
    const words = ['--inventory', here.inventory, '--cluster', cluster.name];
    return [
      `the run ${run} of ${cluster.name} was held to a saved plan of ${wish.by}: ${wish.plan}`,
      `    bring it here, and type: ${quote(['nodeops', 'upgrade', '--plan'])} FILE ${quote(words)}`,
      `    or without it, with a plan of now: ${commandOf(here)}`,
    ];
  }
  if (!isPath(wish.playbook)) return undefined;
  return [
    `the run ${run} of ${cluster.name} was begun with a playbook of ${wish.by}: ${wish.playbook}`,
    `    bring it here, and type with its path: ${commandOf({ ...here, playbook: './playbook.yaml' })}`,
  ];
};

/** Those that are the run that was meant. @throws UsageError when none is, or more than one. */
const ofRun = (told: readonly ToldRun[], name: string, inventory: string): readonly ToldRun[] => {
  const found = told.filter(({ run }) => run?.startsWith(name) === true);
  const exact = found.filter(({ run }) => run === name);
  const ids = [...new Set(found.map(({ run }) => run))];
  if (ids.length > 1 && exact.length === 0)
    throw new UsageError(`${name} may be ${ids.join(', ')}\n    write more of it`);
  if (found.length > 0) return exact.length > 0 ? exact : found;
  const lines = told.map(({ cluster, run, kind, says }) =>
    kind === 'unseen'
      ? says.map((line) => `    ${line.trim()}`).join('\n')
      : `    ${cluster.name}: ${run === undefined ? 'none at all' : `the last one is ${run}`}`,
  );
  throw new UsageError(
    [`no run is called ${name}, neither on this machine nor on the clusters of ${inventory}:`, ...lines].join('\n'),
  );
};

/** What can be refused without having looked: nobody to ask, a wrong name, a duration that is none. @throws UsageError */
const refuseEarly = (parts: Parts, options: ElsewhereOptions) => {
  const { inventory, cluster } = options;
  const selected = loadSelection(parts, { inventory, ...(cluster === undefined ? {} : { cluster }) });
  const clusters = selected.map((each) => each.cluster);
  waitForLock(options);
  const { confirm: names = [] } = options;
  const others = clusters.filter(({ name, protected: guarded }) => !guarded || names.includes(name));
  if (options.dryRun !== true) checkConsent(parts, others, options);
  return clusters;
};

const wishesOf = (parts: Parts, told: Unfinished, options: ElsewhereOptions): readonly ClusterWish[] => {
  const { cluster, run, state, wish } = told;
  if (wish === undefined) throw new Error(`${cluster.name}: nothing is known of the run ${run} to go on with`);
  const here = wishHere(parts, options, cluster.name, wish);
  const line = `going on with ${run} (${state}): ${commandOf(here)}\n`;
  parts.stderr.write([...told.says, withoutControlSequences(line)].join('\n'));
  return askAgain(parts, { wish: here, run }, options);
};

/**
 * `nodeops resume --inventory FILE [RUN]` where this machine has no record of the run: the clusters themselves say which
 * run had them last and what it was asked for. Everything that cannot be gone on with is refused before anything begins.
 * @throws UsageError for bad input, a run that no cluster knows, and what only the other machine has.
 */
export const resumeElsewhere = async (
  parts: Parts,
  name: string | undefined,
  options: ElsewhereOptions,
): Promise<number> => {
  const clusters = refuseEarly(parts, options);
  const all: ToldRun[] = [];
  for (const cluster of clusters) all.push(await tellRun(parts, cluster, options));
  const meant = name === undefined ? all : ofRun(all, name, options.inventory);
  const unfinished = meant.filter((told) => told.kind === 'unfinished');
  const lacking = unfinished.flatMap((told) => missing(parts, told, options) ?? []);
  for (const { kind, says } of meant) {
    if (kind === 'nothing') parts.stdout.write(`${says.join('\n')}\n`);
    if (kind === 'unseen') parts.stderr.write(`${says.join('\n')}\n`);
  }
  if (lacking.length > 0) throw new UsageError(lacking.join('\n'));
  const { inventory: _inventory, cluster: _cluster, confirm: typed, ...rest } = options;
  // The names of clusters with nothing to go on with are none of this run's business.
  const confirm = typed?.filter((each) => unfinished.some(({ cluster }) => cluster.name === each));
  const consenting = { ...rest, ...(confirm === undefined ? {} : { confirm }) };
  const left = unfinished.map(({ cluster }) => cluster);
  if (options.dryRun !== true) checkConsent(parts, left, consenting);
  const wishes = unfinished.flatMap((told) => wishesOf(parts, told, options));
  const unseen = meant.some(({ kind }) => kind === 'unseen') ? exitCode.blocked : exitCode.done;
  // Their run names them: none is meant by mistake.
  const cluster = unfinished.map((told) => told.cluster.name);
  return worse(unseen, await runPlaybook(parts, wishes, { ...consenting, cluster }));
};
