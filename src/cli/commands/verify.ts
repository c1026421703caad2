import pLimit from 'p-limit';
import { quote } from '../../commands/quote.ts';
import { podHealth } from '../../facts/pod-health.ts';
import type { Cluster } from '../../model/cluster.ts';
import { exitCode, worse } from '../../model/errors.ts';
import { checklistText, type Checklist, type ChecklistItem } from '../../report/checklist-text.ts';
import { paintFor } from '../../report/paint.ts';
import { observeCluster, observeNode, type Observations } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import { adviceOf } from '../advice.ts';
import { checklistItems, factsOfCluster, factsOfNodes } from '../checklist.ts';
import { reportEtcd } from '../etcd-report.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { keptBaseline, sinceRun, type KeptBaseline, type SinceRun } from '../kept-baseline.ts';
import { listed } from '../listed.ts';
import { inLookSession, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { previousLogs } from '../restarts-since.ts';
import { comparedItems } from '../since-baseline.ts';
import { tellRunSeen } from '../told-run.ts';

export interface VerifyOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: 'table' | 'json';
  readonly acceptNewHostKeys?: boolean;
  /** A run: its id, the beginning of it, or `last`. */
  readonly since?: string;
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

/** The list with what is compared; without a baseline that is said, and the rest is told all the same. */
const withCompared = async (
  { session }: Reached,
  kept: KeptBaseline,
  seen: Observations,
): Promise<readonly ChecklistItem[]> => {
  const { baseline: before, api } = kept;
  const compared = { cluster: session.cluster, seen, before, ...(api === undefined ? {} : { api }) };
  return comparedItems({ ...compared, logs: await previousLogs(session, compared) });
};

const seeAll = async (parts: Parts, reached: Reached, options: VerifyOptions, since?: SinceRun): Promise<Checklist> => {
  const { session } = reached;
  const { cluster } = session;
  const kept = since === undefined ? undefined : await keptBaseline(parts, cluster.name, since);
  const compared = kept !== undefined && 'baseline' in kept ? kept : undefined;
  const [{ observations: seen }, etcd, run, ofNodes] = await Promise.all([
    observeCluster(session, compared === undefined ? factsOfCluster : [...factsOfCluster, podHealth]),
    reportEtcd(session),
    noRunLeft(parts, reached, options),
    Promise.all(cluster.nodes.map(async ({ name }) => [name, await observeNode(session, name, factsOfNodes)] as const)),
  ]);
  const selection = quote(['--inventory', options.inventory ?? '', '--cluster', cluster.name]);
  const now = session.clock.now();
  const sight = { cluster, now, seen, ofNodes: new Map(ofNodes), etcd, selection };
  if (compared === undefined) {
    const why = kept !== undefined && 'why' in kept ? [listed('it is as it was before', [], [kept.why])] : [];
    return { cluster: cluster.name, items: [run, ...checklistItems(sight), ...why] };
  }
  const items = [
    run,
    ...checklistItems({ ...sight, before: compared.baseline }),
    ...(await withCompared(reached, compared, seen)),
  ];
  const advice = adviceOf(cluster.name, items, reached.lost.size === 0);
  return {
    cluster: cluster.name,
    items,
    since: { run: compared.run, at: compared.baseline.at },
    ...(advice.length === 0 ? {} : { advice }),
  };
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

const codeOf = ({ items }: Checklist, lost: Reached['lost']): number => {
  if (items.some(({ verdict }) => verdict === 'miss')) return exitCode.failed;
  return lost.size > 0 || items.some(({ verdict }) => verdict === 'unknown') ? exitCode.blocked : exitCode.done;
};

/** Enough that a fleet does not take long; each cluster's nodes are asked at once, too. */
const atOnce = 8;

/**
 * `nodeops verify`: what should hold after a maintenance, item by item, with what to type for each that does not; with
 * `--since` also what is not as it was when a run began. Changes nothing. Exit code 1 where something does not hold, 3
 * where a node or a fact could not be asked.
 * @throws UsageError before anything is connected to, BrokenJournal
 */
export const verify = async (parts: Parts, options: VerifyOptions): Promise<number> => {
  const clusters = loadSelection(parts, options).map(({ cluster }) => cluster);
  const since = options.since === undefined ? undefined : await sinceRun(parts, options.since);
  const limit = pLimit(atOnce);
  const seen = await Promise.all(
    clusters.map((cluster) =>
      limit(() =>
        inLookSession(parts, cluster, options, async (whole) => {
          const reached = await reachedOnly(parts, whole);
          const list = await seeAll(parts, reached, options, since);
          return { list, code: codeOf(list, reached.lost) };
        }),
      ),
    ),
  );
  const lists = seen.map(({ list }) => list);
  parts.stdout.write(
    options.output === 'json'
      ? lists.map((list) => `${JSON.stringify(list)}\n`).join('')
      : checklistText(lists, paintFor(parts.stdout, parts.env)),
  );
  return seen.map(({ code }) => code).reduce(worse, exitCode.done);
};
