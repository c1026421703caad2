import { allFacts } from '../../facts/all-facts.ts';
import type { Fact } from '../../facts/fact.ts';
import { didYouMean } from '../../documents/nearest.ts';
import type { Selected } from '../../inventory/select.ts';
import type { Cluster } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { factsText, type NodeFacts } from '../../report/facts-text.ts';
import { alignColumns } from '../../report/text-table.ts';
import { observeCluster, observeNode, type Observations } from '../../run/observe.ts';
import { unconnectedNodes } from '../../run/reach.ts';
import type { Session } from '../../run/session.ts';
import { factRows } from '../fact-rows.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { obstaclesText, type Obstacle } from '../obstacles.ts';
import { inLookSession, lookSideBySide } from '../look-session.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { shownValue } from '../shown-value.ts';

export interface FactsOptions extends SelectionOptions {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
  /** Only these facts, by their keys. */
  readonly fact?: readonly string[];
}

/** @throws UsageError for a fact that there is not. */
const wantedFacts = (names: readonly string[] | undefined): readonly Fact<unknown>[] => {
  if (names === undefined) return allFacts;
  const keys = allFacts.map(({ key }) => key);
  for (const name of names)
    if (!keys.includes(name)) throw new UsageError(`--fact ${name}: there is no such fact; ${didYouMean(name, keys)}`);
  return allFacts.filter(({ key }) => names.includes(key));
};

const asJson = (observations: Observations): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...observations].map(([key, observed]) => [key, shownValue(observed)]));

interface ClusterSeen {
  readonly cluster: Observations;
  readonly nodes: ReadonlyMap<string, Observations>;
}

const gather = async (
  session: Session,
  names: readonly string[],
  wanted: readonly Fact<unknown>[],
): Promise<ClusterSeen> => {
  const [ofNodes, ofCluster] = [
    wanted.filter(({ subject }) => subject === 'node'),
    wanted.filter(({ subject }) => subject === 'cluster'),
  ];
  const [{ observations }, nodes] = await Promise.all([
    observeCluster(session, ofCluster),
    Promise.all(names.map(async (name) => [name, await observeNode(session, name, ofNodes)] as const)),
  ]);
  return { cluster: observations, nodes: new Map(nodes) };
};

/** A line for each, where only some were asked for: a table of columns would be mostly empty. */
const lines = (name: string, { cluster, nodes }: ClusterSeen): string =>
  alignColumns(
    [[name, cluster] as const, ...nodes].flatMap(([of, observations]) =>
      Object.entries(asJson(observations)).map(([key, value]) => [of, key, JSON.stringify(value)]),
    ),
  ).join('\n');

const print = (parts: Parts, name: string, seen: ClusterSeen, { output, fact }: FactsOptions): void => {
  const { cluster, nodes } = seen;
  if (output === 'json') {
    const byNode = Object.fromEntries([...nodes].map(([node, observations]) => [node, asJson(observations)]));
    parts.stdout.write(`${JSON.stringify({ cluster: name, facts: asJson(cluster), nodes: byNode })}\n`);
    return;
  }
  if (fact !== undefined) {
    parts.stdout.write(`${lines(name, seen)}\n`);
    return;
  }
  const table: readonly NodeFacts[] = [...nodes].map(([node, observations]) => ({
    node,
    rows: factRows(node, observations, cluster),
  }));
  parts.stdout.write(`${name}\n${factsText(table)}\n`);
};

interface ClusterLook {
  readonly cluster: Cluster;
  readonly lost: readonly Obstacle[];
  readonly seen: ClusterSeen;
}

/** `nodeops facts`: looks at everything, writes nothing. Nodes that cannot be reached are named; exit code 3. */
export const facts = async (parts: Parts, options: FactsOptions): Promise<number> => {
  let code: number = exitCode.done;
  const wanted = wantedFacts(options.fact);
  const lookAt = ({ cluster, nodes }: Selected): Promise<ClusterLook> =>
    inLookSession(parts, cluster, options, async (session) => {
      const lost = await unconnectedNodes(session);
      const names = nodes.map(({ name }) => name).filter((name) => !lost.some(({ node }) => node === name));
      return { cluster, lost, seen: await gather(session, names, wanted) };
    });
  await lookSideBySide(loadSelection(parts, options), lookAt, ({ cluster, lost, seen }) => {
    parts.stderr.write(obstaclesText(cluster, lost));
    if (lost.length > 0) code = exitCode.blocked;
    print(parts, cluster.name, seen, options);
  });
  return code;
};
