import { quote } from '../../commands/quote.ts';
import { valueOf } from '../../facts/fact.ts';
import { nodes as nodeObjects, type NodeObject } from '../../facts/nodes.ts';
import { controlPlanes, workers, type Cluster, type Node } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { observeCluster } from '../../run/observe.ts';
import { loadOne } from '../inventory.ts';
import { inLookSession, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { runPlaybook } from '../playbook-run.ts';
import { askOnce, checkConsent } from '../protection.ts';
import { whyUnknown } from '../why-unknown.ts';
import { nodeAdd } from './node-life.ts';
import { run } from './run.ts';
import { wishedVersion, wishesOf, type UpgradeOptions } from './upgrade.ts';

export interface SurgeOptions extends UpgradeOptions {
  readonly strategy?: string;
  /** How many spare machines join. */
  readonly maxSurge?: string;
}

/** What says already which nodes are worked on, or what a surge would have to do to spare machines as well. */
const contradicting = ['limit', 'only', 'plan', 'osPatch', 'withSpare', 'workers', 'drain'] as const;
const optionOf = { osPatch: '--os-patch', withSpare: '--with-spare' } as const;

/** @throws UsageError */
const refuseContradiction = (options: SurgeOptions): void => {
  const found = contradicting.find((name) => options[name] !== undefined);
  if (found === undefined) return;
  const option = found === 'osPatch' || found === 'withSpare' ? optionOf[found] : `--${found}`;
  throw new UsageError(`${option} and --strategy surge: take one of them`);
};

/** @throws UsageError */
const mostOf = ({ strategy, maxSurge = '1' }: SurgeOptions): number => {
  if (strategy === undefined) throw new UsageError('--max-surge goes with --strategy surge');
  const count = Number(maxSurge);
  if (/^\d+$/.test(maxSurge) && count >= 1) return count;
  throw new UsageError(`${quote(['--max-surge', maxSurge])}: write a number of machines from 1`);
};

/** The machines that join. @throws UsageError where there are too few. */
const sparesOf = ({ name, spares = [], source }: Cluster, most: number): readonly string[] => {
  if (spares.length >= most) return spares.slice(0, most).map((spare) => spare.name);
  throw new UsageError(
    `--strategy surge: ${name} has ${spares.length === 0 ? 'no spare machine' : `${spares.length} spare`} (${source})\n    mark ${most === 1 ? 'a worker' : `${most} workers`} with \`spare: true\`, which is no node until then`,
  );
};

/** The Node objects that there are; undefined, with why told, where nobody answers for them. */
const nodesOf = (parts: Parts, cluster: Cluster, options: SurgeOptions): Promise<readonly NodeObject[] | undefined> =>
  inLookSession(parts, cluster, options, async (whole) => {
    const { session } = await reachedOnly(parts, whole);
    const observed = (await observeCluster(session, [nodeObjects])).observations.get(nodeObjects.key);
    const found = valueOf(nodeObjects, observed);
    if (found === undefined)
      parts.stderr.write(
        `${cluster.name}: which nodes there are is not known: ${whyUnknown(observed, 'nobody said')}\nNothing was changed.\n`,
      );
    return found;
  });

interface SurgePlan {
  /** Spare machines that are nodes already: of a surge that did not come to its end. */
  readonly present: readonly string[];
  readonly wanted: readonly string[];
  /** Some are left that are not at the version. */
  readonly planesBehind: boolean;
  readonly workersBehind: boolean;
}

/** What follows the control planes, in words: it cannot be planned before they are there. */
const thenText = ({ present, wanted, workersBehind }: SurgePlan): string => {
  const all = [...new Set([...present, ...wanted])].join(', ');
  if (workersBehind)
    return `Then: ${all} ${present.length === 0 ? 'join' : 'are there, or join'}; workers are upgraded, as many at once as are spare; ${all} leave again.\n`;
  return present.length === 0
    ? 'Then: nothing, every worker is there.\n'
    : `Then: ${present.join(', ')} leave again.\n`;
};

/** Control planes; spare machines join; workers, with them; spare machines leave. Each part does what is left of it. */
const partsOf = (
  parts: Parts,
  cluster: Cluster,
  { present, wanted, planesBehind, workersBehind }: SurgePlan,
  options: SurgeOptions,
): readonly (() => Promise<number>)[] => {
  const base = { ...options, cluster: [cluster.name] };
  const among = workersBehind ? [...new Set([...present, ...wanted])] : present;
  const upgraded = (here: SurgeOptions) => () => runPlaybook(parts, wishesOf(parts, here), here);
  const added = (names: readonly string[]) => () => nodeAdd(parts, names, { ...base, withSpare: among });
  const removed = (node: string) => () =>
    run(parts, 'node-remove', { ...base, withSpare: among, limit: [node], set: [`node=${node}`, `gone=${node}`] });
  if (!workersBehind && !planesBehind && present.length > 0) return among.map(removed);
  return [
    // Half joined it would stand in the way of all that follows.
    ...(workersBehind && present.length > 0 ? [added(present)] : []),
    upgraded({ ...base, only: 'control-plane', ...(present.length === 0 ? {} : { withSpare: present }) }),
    ...(workersBehind ? [added(among), upgraded({ ...base, only: 'workers', withSpare: among })] : []),
    ...among.map(removed),
  ];
};

/**
 * `nodeops upgrade --strategy surge`: control planes as ever; then spare machines join at the new version before a worker
 * is taken out, so that as many are Ready all the time as were at the beginning; at the end they leave again. Typed again
 * it goes on where it was. @throws UsageError before anything is connected to.
 */
export const upgradeSurge = async (parts: Parts, options: SurgeOptions): Promise<number> => {
  const most = mostOf(options);
  refuseContradiction(options);
  const { strategy: _strategy, maxSurge: _most, ...rest } = options;
  const { cluster } = loadOne(parts, rest, 'upgraded with spare machines');
  const version = wishedVersion(cluster, options.to);
  const wanted = sparesOf(cluster, most);
  if (options.dryRun !== true) checkConsent(parts, [cluster], options);
  const seen = await nodesOf(parts, cluster, rest);
  if (seen === undefined) return exitCode.blocked;
  const names = (cluster.spares ?? []).map(({ name }) => name);
  const present = names.filter((name) => seen.some((node) => node.name === name));
  const isBehind = ({ name }: Node): boolean => seen.find((node) => node.name === name)?.kubeletVersion !== version;
  const plan = {
    present,
    wanted,
    planesBehind: controlPlanes(cluster).some(isBehind),
    workersBehind: workers(cluster).some(isBehind),
  };
  const [shown] = partsOf(parts, cluster, plan, { ...rest, dryRun: true });
  const looked = (await shown?.()) ?? exitCode.done;
  if (looked !== exitCode.done) return looked;
  if (options.output === 'text') parts.stdout.write(thenText(plan));
  if (options.dryRun === true) return exitCode.done;
  const sure = await askOnce(parts, cluster, options);
  if (sure === undefined) return cluster.protected ? exitCode.usage : exitCode.done;
  for (const part of partsOf(parts, cluster, plan, { ...rest, ...sure })) {
    const code = await part();
    if (code !== exitCode.done || parts.stopping()) return code;
  }
  return exitCode.done;
};
