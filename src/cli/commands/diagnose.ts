import { judge } from '../../diagnosis/diagnose.ts';
import { nodeState } from '../../diagnosis/node-state.ts';
import { didYouMean } from '../../documents/nearest.ts';
import type { Cluster, Node } from '../../model/cluster.ts';
import { exitCode, UsageError, worse } from '../../model/errors.ts';
import { awaitedOf } from '../../report/awaited.ts';
import { diagnosisText, type Diagnosis, type RunDiagnosis } from '../../report/diagnosis-text.ts';
import { paintFor } from '../../report/paint.ts';
import { reachableOnly } from '../../run/reach.ts';
import { lookAtNode, lookAtWhole } from '../diagnosis-sight.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { inLookSession, lookSideBySide } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { readNamed, readRuns, type RecordedOutline } from '../stored-runs.ts';

export interface DiagnoseOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: 'text' | 'json';
  readonly acceptNewHostKeys?: boolean;
}

/** What is to be looked at in one cluster. */
interface Wanted {
  readonly cluster: Cluster;
  /** One node only. */
  readonly node?: string;
  readonly run?: RunDiagnosis;
}

const runDiagnosis = async (
  parts: Parts,
  { outline }: RecordedOutline,
  cluster: string,
): Promise<RunDiagnosis | undefined> => {
  const own = outline.clusters.find((each) => each.cluster === cluster);
  if (own === undefined) return undefined;
  const journals = await parts.journals();
  const { events } = await journals.readCluster(
    outline.run,
    cluster,
    (note) => void parts.stderr.write(`note: ${note}\n`),
  );
  return {
    run: outline.run,
    state: own.state,
    ...(own.playbook === undefined ? {} : { playbook: own.playbook }),
    ...awaitedOf(events),
  };
};

/** The newest run that a cluster took part in, where it did not come to a good end. */
const openRun = async (parts: Parts, cluster: string): Promise<RunDiagnosis | undefined> => {
  const runs = await readRuns(parts);
  const newest = runs.find(({ outline }) => outline.clusters.some((each) => each.cluster === cluster));
  const told = newest === undefined ? undefined : await runDiagnosis(parts, newest, cluster);
  return told?.state === 'done' ? undefined : told;
};

const withOpenRun = async (parts: Parts, cluster: Cluster, node?: string): Promise<Wanted> => {
  const run = await openRun(parts, cluster.name);
  return { cluster, ...(node === undefined ? {} : { node }), ...(run === undefined ? {} : { run }) };
};

/**
 * What a name means: a node of the inventory, otherwise a run of this machine.
 * @throws UsageError for what is neither, a node's name that several clusters have, a run about none of the clusters.
 */
const wantedOf = async (
  parts: Parts,
  name: string | undefined,
  clusters: readonly Cluster[],
): Promise<readonly Wanted[]> => {
  if (name === undefined) return Promise.all(clusters.map((cluster) => withOpenRun(parts, cluster)));
  const names = clusters.flatMap(({ nodes }) => nodes.map((node) => node.name));
  const having = clusters.filter(({ nodes }) => nodes.some((node) => node.name === name));
  const [first, ...others] = having;
  if (others.length > 0)
    throw new UsageError(
      `several clusters have a node ${name}: name one with --cluster (${having.map((each) => each.name).join(', ')})`,
    );
  if (first !== undefined) return [await withOpenRun(parts, first, name)];
  if (name !== 'last' && !/^\d{4}-/.test(name))
    throw new UsageError(
      `${name}: no node of the chosen clusters, and no run (nodeops runs list); ${didYouMean(name, names)}`,
    );
  const recorded = await readNamed(parts, name);
  const wanted: Wanted[] = [];
  for (const cluster of clusters) {
    const run = await runDiagnosis(parts, recorded, cluster.name);
    if (run !== undefined) wanted.push({ cluster, run });
  }
  if (wanted.length === 0)
    throw new UsageError(
      `the run ${recorded.outline.run} was about ${recorded.outline.clusters.map((each) => each.cluster).join(', ')}: none of them is chosen`,
    );
  return wanted;
};

/** Of a run: the node that it is at, and the control planes, on which everything rests. Otherwise all, or the one. */
const nodesOf = ({ cluster, node, run }: Wanted): readonly Node[] => {
  if (node !== undefined) return cluster.nodes.filter(({ name }) => name === node);
  const at = [run?.failure?.node, run?.step?.node, ...(run?.commands ?? []).map((each) => each.node)];
  const inHand = cluster.nodes.filter(({ name }) => at.includes(name));
  if (inHand.length === 0) return cluster.nodes;
  return [...inHand, ...cluster.nodes.filter((each) => each.role === 'control-plane' && !inHand.includes(each))];
};

const diagnoseOne = (parts: Parts, wanted: Wanted, options: DiagnoseOptions): Promise<Diagnosis> =>
  inLookSession(parts, wanted.cluster, options, async (whole) => {
    const { session, lost } = await reachableOnly(whole);
    const sight = await lookAtWhole(session);
    const nodes = await Promise.all(
      nodesOf(wanted).map((node) => lookAtNode(session, sight, node, lost.get(node.name))),
    );
    return {
      cluster: wanted.cluster.name,
      at: parts.clock.now(),
      ...(wanted.run === undefined ? {} : { run: wanted.run }),
      nodes: nodes.map((each) => ({ node: each.node, ...judge(each), state: nodeState(each) })),
      unread: sight.unread,
    };
  });

const codeOf = ({ nodes, unread }: Diagnosis): number => {
  if (nodes.some(({ causes }) => causes.some(({ minor }) => minor !== true))) return exitCode.failed;
  return unread.length > 0 ? exitCode.blocked : exitCode.done;
};

/**
 * `nodeops diagnose [RUN|NODE]`: what is awaited and since when, how the nodes are, and a likely cause by rules over what
 * was seen. Changes nothing, and needs no API server. Exit code 1 where a cause was found, 3 where the cluster itself
 * did not answer and nothing was found.
 * @throws UsageError before anything is connected to, BrokenJournal
 */
export const diagnose = async (parts: Parts, name: string | undefined, options: DiagnoseOptions): Promise<number> => {
  const clusters = loadSelection(parts, options).map(({ cluster }) => cluster);
  let worst: number = exitCode.done;
  const wanted = await wantedOf(parts, name, clusters);
  const tell = (diagnosis: Diagnosis): void => {
    parts.stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(diagnosis)}\n`
        : diagnosisText(diagnosis, paintFor(parts.stdout, parts.env)),
    );
    worst = worse(worst, codeOf(diagnosis));
  };
  await lookSideBySide(wanted, (each) => diagnoseOne(parts, each, options), tell);
  return worst;
};
