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
}

/** In one line, as it is journalled; undefined where none was given. */
export const reasonOf = ({ reason }: ConsentOptions): string | undefined =>
  reason === undefined ? undefined : withoutControlSequences(reason).replaceAll(/\s+/g, ' ').trim();

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
export const checkConsent = (parts: Parts, clusters: readonly Cluster[], options: ConsentOptions): void => {
  if (reasonOf(options) === '') throw new UsageError('--reason says nothing: give the reason in a few words');
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
  const unasked = clusters.some((cluster) => !cluster.protected && options.confirm?.includes(cluster.name) !== true);
  if (options.yes !== true && !canType(parts) && unasked)
    throw new UsageError('there is no terminal to ask at: say --yes to begin, or --dry-run to see the plan only');
};

/**
 * How the operator said yes to one cluster, asked now where that is needed; undefined when they did not. For a
 * protected cluster its name has to be typed, or given with --confirm.
 */
export const askConsent = async (
  parts: Parts,
  cluster: Cluster,
  options: ConsentOptions,
): Promise<Confirmation | undefined> => {
  if (options.confirm?.includes(cluster.name) === true) return '--confirm';
  if (cluster.protected) {
    const typed = await parts.prompt.ask(`${cluster.name} is protected. Type its name to begin: `);
    if (typed === cluster.name) return 'typed name';
    parts.stderr.write(`${JSON.stringify(typed)} is not ${cluster.name}\n`);
    return undefined;
  }
  if (options.yes === true) return '--yes';
  return (await parts.prompt.confirm(`Begin with ${cluster.name}?`)) ? 'typed yes' : undefined;
};
