import { UsageError } from '../model/errors.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Confirmation } from '../model/event.ts';
import { didYouMean } from '../documents/nearest.ts';
import { withoutControlSequences } from '../model/text.ts';
import type { Parts } from './parts.ts';

export interface ConsentOptions {
  readonly yes?: boolean;
  /** Why it is done: `--reason`. */
  readonly reason?: string;
  /** Names of protected clusters, for where nobody can type them: `--confirm`. */
  readonly confirm?: readonly string[];
  /** The clusters that were named. */
  readonly cluster?: readonly string[];
}

/** Whether the control plane goes down for it: a plain yes is then not enough. */
export type Mode = 'rolling' | 'outage' | 'bootstrap';

/** Named on the command line, a cluster is not meant by mistake. */
const namedAndYes = ({ yes, cluster = [] }: ConsentOptions, name: string): boolean =>
  yes === true && cluster.includes(name);

/** @throws UsageError where nobody can type the name of a cluster whose control plane goes down. */
const checkOutage = (parts: Parts, clusters: readonly Cluster[], options: ConsentOptions): void => {
  const unnamed = clusters.find(
    ({ name, protected: strict }) =>
      !strict && options.confirm?.includes(name) !== true && !namedAndYes(options, name) && !canType(parts),
  );
  if (unnamed !== undefined)
    throw new UsageError(
      `there is no terminal to type the name of ${unnamed.name} at: say --yes --cluster ${unnamed.name} to begin, or --dry-run to see the plan only`,
    );
};

/** In one line, as it is journalled; undefined where none was given. */
export const reasonOf = ({ reason }: ConsentOptions): string | undefined =>
  reason === undefined ? undefined : withoutControlSequences(reason).replaceAll(/\s+/g, ' ').trim();

/** @throws UsageError for a reason that says nothing. */
export const checkedReason = (options: ConsentOptions): string | undefined => {
  const reason = reasonOf(options);
  if (reason === '') throw new UsageError('--reason says nothing: give the reason in a few words');
  return reason;
};

const canType = ({ stdout }: Parts): boolean => stdout.isTTY === true;

/** `ana` is ana on any machine, `ana@bastion` only there. */
const isOperator = ({ operator: { user, host } }: Parts, { operators }: Cluster): boolean =>
  operators.some((each) => each === user || each === `${user}@${host}`);

/** Everything that a protected cluster lacks, each with what to write. */
const lacking = (parts: Parts, cluster: Cluster, options: ConsentOptions): readonly string[] => {
  const { user, host } = parts.operator;
  const { operators, name } = cluster;
  return [
    ...(isOperator(parts, cluster)
      ? []
      : [
          operators.length === 0
            ? `no operators are named: write \`operators: [${user}]\` in the inventory`
            : `${user}@${host} is no operator of it: the inventory names ${operators.join(', ')}`,
        ]),
    ...((reasonOf(options) ?? '') === '' ? ['no reason is given: say why with --reason TEXT'] : []),
    ...(canType(parts) || options.confirm?.includes(name) === true
      ? []
      : [`its name is not confirmed: type --confirm ${name}; --yes does not suffice`]),
  ];
};

/**
 * Refuses what a protected cluster must not see, before anything is connected to and all at once.
 * @throws UsageError for a wrong operator, no reason, no confirmation, or a confirmed name that is not chosen.
 */
export const checkConsent = (
  parts: Parts,
  clusters: readonly Cluster[],
  options: ConsentOptions,
  mode: Mode = 'rolling',
): void => {
  checkedReason(options);
  const names = clusters.map(({ name }) => name);
  const unknown = (options.confirm ?? []).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--confirm ${unknown}: that cluster is not chosen; ${didYouMean(unknown, names)}`);
  const protectedOnes = clusters.filter((cluster) => cluster.protected);
  const problems = protectedOnes.flatMap((cluster) => {
    const lacks = lacking(parts, cluster, options);
    if (lacks.length === 0) return [];
    return [`${cluster.name} is protected (${cluster.source}):`, ...lacks.map((line) => `    ${line}`)];
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  if (mode === 'outage') return checkOutage(parts, clusters, options);
  const unasked = clusters.some((cluster) => !cluster.protected && options.confirm?.includes(cluster.name) !== true);
  if (options.yes !== true && !canType(parts) && unasked)
    throw new UsageError('there is no terminal to ask at: say --yes to begin, or --dry-run to see the plan only');
};

const askName = async (parts: Parts, name: string, why: string): Promise<Confirmation | undefined> => {
  const typed = await parts.prompt.ask(`${why} Type its name to begin: `);
  if (typed === name) return 'typed name';
  parts.stderr.write(`${JSON.stringify(typed)} is not ${name}\n`);
  return undefined;
};

/**
 * How the operator said yes to one cluster, asked now where that is needed; undefined when they did not. For a
 * protected cluster its name has to be typed, or given with --confirm; for one whose control plane goes down typed, or
 * named with --cluster beside --yes.
 */
export const askConsent = async (
  parts: Parts,
  cluster: Cluster,
  options: ConsentOptions,
  mode: Mode = 'rolling',
): Promise<Confirmation | undefined> => {
  if (options.confirm?.includes(cluster.name) === true) return '--confirm';
  if (cluster.protected) return askName(parts, cluster.name, `${cluster.name} is protected.`);
  if (mode === 'outage' && !namedAndYes(options, cluster.name))
    return askName(parts, cluster.name, `The control plane of ${cluster.name} goes down for it.`);
  if (options.yes === true) return '--yes';
  return (await parts.prompt.confirm(`Begin with ${cluster.name}?`)) ? 'typed yes' : undefined;
};

/**
 * Asked once for several runs that are one thing to the operator: what each of them is to be told. Undefined where they did
 * not say yes, which is told.
 */
export const askOnce = async (
  parts: Parts,
  cluster: Cluster,
  options: ConsentOptions,
): Promise<{ readonly yes: true; readonly confirm: readonly string[] } | undefined> => {
  if ((await askConsent(parts, cluster, options)) !== undefined) return { yes: true, confirm: [cluster.name] };
  parts.stdout.write('Nothing was changed.\n');
  return undefined;
};

/**
 * How the operator said yes to each of several clusters, asked before any of them begins: once for all that need no more
 * than that. Undefined where they did not.
 */
export const askForAll = async (
  parts: Parts,
  clusters: readonly Cluster[],
  options: ConsentOptions,
  mode: Mode = 'rolling',
): Promise<ReadonlyMap<string, Confirmation> | undefined> => {
  const confirmed = new Map<string, Confirmation>();
  const plain: Cluster[] = [];
  for (const cluster of clusters) {
    const needsMore = cluster.protected || mode === 'outage' || options.confirm?.includes(cluster.name) === true;
    if (!needsMore) plain.push(cluster);
    else {
      const said = await askConsent(parts, cluster, options, mode);
      if (said === undefined) return undefined;
      confirmed.set(cluster.name, said);
    }
  }
  if (plain.length === 0) return confirmed;
  const all = plain.length === 1 ? (plain[0]?.name ?? '') : `${plain.length} clusters`;
  if (options.yes !== true && !(await parts.prompt.confirm(`Begin with ${all}?`))) return undefined;
  for (const { name } of plain) confirmed.set(name, options.yes === true ? '--yes' : 'typed yes');
  return confirmed;
};
