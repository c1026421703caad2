import { quote } from '../../commands/quote.ts';
import type { Cluster } from '../../model/cluster.ts';
import { exitCode } from '../../model/errors.ts';
import { checklistText, type Checklist, type ChecklistItem } from '../../report/checklist-text.ts';
import { paintFor } from '../../report/paint.ts';
import { observeCluster, observeNode } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import { checklistItems, factsOfCluster, factsOfNodes, listed } from '../checklist.ts';
import { reportEtcd } from '../etcd-report.ts';
import type { SelectionOptions } from '../inventory.ts';
import { eachCluster, inLookSession, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { tellRunSeen } from '../told-run.ts';

export interface VerifyOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: 'table' | 'json';
  readonly acceptNewHostKeys?: boolean;
}

/** The nodes of a cluster that answer, and why each other does not. */
interface Reached {
  readonly session: Session;
  readonly lost: ReadonlyMap<string, string>;
}

const noRunLeft = async (parts: Parts, reached: Reached, { inventory = '' }: VerifyOptions): Promise<ChecklistItem> => {
  const { cluster } = reached.session;
  const told = await tellRunSeen(parts, cluster, reached, { inventory });
  const item = 'no run is left undone';
  if (told.kind === 'nothing') return listed(item, []);
  const why = told.says.map((line) => line.trim()).join('; ');
  if (told.kind !== 'unfinished') return listed(item, [], [why]);
  const next = quote(['nodeops', 'resume', '--inventory', inventory, '--cluster', cluster.name]);
  return listed(item, [{ because: `${told.run}: ${told.state}`, next }]);
};

const seeAll = async (parts: Parts, reached: Reached, options: VerifyOptions): Promise<Checklist> => {
  const { session } = reached;
  const { cluster } = session;
  const [{ observations: seen }, etcd, run, ofNodes] = await Promise.all([
    observeCluster(session, factsOfCluster),
    reportEtcd(session),
    noRunLeft(parts, reached, options),
    Promise.all(cluster.nodes.map(async ({ name }) => [name, await observeNode(session, name, factsOfNodes)] as const)),
  ]);
  const selection = quote(['--inventory', options.inventory ?? '', '--cluster', cluster.name]);
  const now = session.clock.now();
  const items = checklistItems({ cluster, now, seen, ofNodes: new Map(ofNodes), etcd, selection });
  return { cluster: cluster.name, items: [run, ...items] };
};

/** The checklist of one cluster, with a connection of its own. */
export const checklistOf = (
  parts: Parts,
  cluster: Cluster,
  options: Pick<VerifyOptions, 'inventory' | 'acceptNewHostKeys'>,
): Promise<Checklist> =>
  inLookSession(parts, cluster, options, async (whole) =>
    seeAll(parts, await reachedOnly(parts, whole), { ...options, output: 'table' }),
  );

/**
 * `nodeops verify`: what should hold after a maintenance, item by item, with what to type for each that does not. Changes
 * nothing. Exit code 1 where something does not hold, 3 where a node or a fact could not be asked.
 * @throws UsageError before anything is connected to.
 */
export const verify = (parts: Parts, options: VerifyOptions): Promise<number> =>
  eachCluster(parts, options, async (whole) => {
    const reached = await reachedOnly(parts, whole);
    const list = await seeAll(parts, reached, options);
    parts.stdout.write(
      options.output === 'json' ? `${JSON.stringify(list)}\n` : checklistText(list, paintFor(parts.stdout, parts.env)),
    );
    if (list.items.some(({ verdict }) => verdict === 'miss')) return exitCode.failed;
    return reached.lost.size > 0 || list.items.some(({ verdict }) => verdict === 'unknown')
      ? exitCode.blocked
      : exitCode.done;
  });
