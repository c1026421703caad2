import { etcdObjects } from '../../facts/etcd-objects.ts';
import { valueOf } from '../../facts/fact.ts';
import { controlPlanes, etcdHosts, workers, type Cluster } from '../../model/cluster.ts';
import type { DisasterName } from '../../model/disaster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { formatDuration } from '../../report/duration.ts';
import { observeCluster } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import { keptBackups, writeTried } from '../disaster-sight.ts';
import {
  again,
  forgetBegun,
  keepBegun,
  readBegun,
  recover,
  type Begun,
  type ExecuteOptions,
} from '../drill-recovery.ts';
import { inLookSession } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { practiceCluster } from '../practice-ground.ts';
import { whyNotWell } from '../practice-sight.ts';
import { disasterNamed } from './drill.ts';
import { run } from './run.ts';

const nodeOf = (cluster: Cluster, disaster: DisasterName, wanted: string | undefined): string => {
  const fitting = disaster === 'worker-lost' ? workers(cluster) : controlPlanes(cluster);
  const names = fitting.map(({ name }) => name);
  const node = wanted ?? names.at(-1);
  if (node === undefined || !names.includes(node))
    throw new UsageError(
      `${disaster}: ${wanted === undefined ? `${cluster.name} has no such node` : `${wanted} is none of ${names.join(', ')}`}: name one with --node`,
    );
  return node;
};

/** What is broken, of what can be broken and brought back. @throws UsageError for anything else. */
const planOf = (
  cluster: Cluster,
  disaster: DisasterName,
  wanted: string | undefined,
): { readonly playbook: string; readonly node?: string } => {
  if (disaster === 'volumes-lost')
    throw new UsageError(
      'volumes-lost is not executed: nodeops does not know how the content of volumes is brought back\n    see what would be done: nodeops drill volumes-lost',
    );
  if (disaster === 'etcd-corrupted') {
    if (wanted !== undefined) throw new UsageError('--node: etcd-corrupted breaks the data of every etcd member');
    if (etcdHosts(cluster).length > 0)
      throw new UsageError(
        `${cluster.name} has etcd on hosts of its own, which nodeops does not restore: nothing is broken there`,
      );
    return { playbook: 'drill-etcd-corrupted' };
  }
  if (disaster === 'control-plane-lost' && controlPlanes(cluster).length < 3)
    throw new UsageError(
      `${cluster.name} has ${controlPlanes(cluster).length} control plane(s): one of three or more can be lost and replaced\n    for the loss of all: nodeops reset, then nodeops restore --onto (docs/restore.md)`,
    );
  return { playbook: 'drill-machine-lost', node: nodeOf(cluster, disaster, wanted) };
};

const refuse = (parts: Parts, why: string, fix: string): number => {
  parts.stderr.write(`${why}\n    ${fix}\nNothing was broken.\n`);
  return exitCode.blocked;
};

/** How many objects etcd holds; undefined where it does not say. */
const objectsIn = async (session: Session): Promise<number | undefined> =>
  valueOf(etcdObjects, (await observeCluster(session, [etcdObjects])).observations.get(etcdObjects.key));

/** What stands in the way of breaking something that can be told apart afterwards, told; otherwise how the cluster is. */
const readyFor = async (
  parts: Parts,
  cluster: Cluster,
  disaster: DisasterName,
  options: ExecuteOptions,
): Promise<number | Pick<Begun, 'objects' | 'backup'>> => {
  const [trouble, objects] = await inLookSession(
    parts,
    cluster,
    options,
    async (session) => [await whyNotWell(session), await objectsIn(session)] as const,
  );
  if (trouble !== undefined)
    return refuse(
      parts,
      `${cluster.name}: it is not well before the drill: ${trouble}`,
      'mend it first: nodeops diagnose',
    );
  if (objects === undefined)
    return refuse(
      parts,
      `${cluster.name}: etcd did not say what it holds: the loss could not be told afterwards`,
      'nodeops etcd status',
    );
  if (disaster !== 'etcd-corrupted') return { objects };
  const { backups } = await keptBackups(parts, cluster, options.acceptNewHostKeys === true);
  const [newest] = backups;
  return newest === undefined
    ? refuse(parts, `${cluster.name}: there is no backup that etcd could be restored from`, 'nodeops backup')
    : { objects, backup: newest.id };
};

const tellEnd = async (
  parts: Parts,
  cluster: Cluster,
  { begun, disaster }: { readonly begun: Begun; readonly disaster: DisasterName },
  options: ExecuteOptions,
): Promise<void> => {
  const at = parts.clock.now();
  const recoveryMs = at - (begun.brokenAt ?? at);
  const after = await inLookSession(parts, cluster, options, objectsIn);
  const lost = `${begun.objects} objects before, ${after ?? 'an unknown number of'} after${begun.backup === undefined ? '' : ` (from the backup ${begun.backup})`}`;
  await writeTried(await parts.artifacts(), cluster.name, disaster, { at, recoveryMs, lost });
  await forgetBegun(parts, cluster.name);
  parts.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify({ type: 'drill', cluster: cluster.name, disaster, recoveryMs, lost })}\n`
      : `${cluster.name}: ${disaster}: recovered in ${formatDuration(recoveryMs)}; ${lost}\n`,
  );
};

/** Breaks it, unless that was done before by the same drill; a code where that did not come to a good end. */
const broken = async (
  parts: Parts,
  cluster: Cluster,
  { disaster, plan }: { readonly disaster: DisasterName; readonly plan: ReturnType<typeof planOf> },
  options: ExecuteOptions,
): Promise<Begun | number> => {
  const before = await readBegun(parts, cluster.name);
  if (before !== undefined && (before.disaster !== disaster || before.node !== plan.node))
    return refuse(
      parts,
      `${cluster.name}: the drill ${before.disaster}${before.node === undefined ? '' : ` of ${before.node}`} is not over`,
      `end it first: ${again(cluster.name, before, options)}`,
    );
  if (before?.brokenAt !== undefined) return before;
  const ready = before ?? (await readyFor(parts, cluster, disaster, options));
  if (typeof ready === 'number') return ready;
  const begun: Begun = { ...ready, format: 1, disaster, ...(plan.node === undefined ? {} : { node: plan.node }) };
  if (options.dryRun !== true) await keepBegun(parts, cluster.name, begun);
  const { output, ...rest } = options;
  const set = plan.node === undefined ? [] : [`node=${plan.node}`];
  const code = await run(parts, plan.playbook, { ...rest, output, cluster: [cluster.name], set });
  if (code === exitCode.done && options.dryRun !== true) {
    const now: Begun = { ...begun, brokenAt: parts.clock.now() };
    await keepBegun(parts, cluster.name, now);
    return now;
  }
  // Nothing of it was begun where it was refused, or nobody said yes.
  if (code === exitCode.blocked || code === exitCode.usage) await forgetBegun(parts, cluster.name);
  return code;
};

/**
 * `nodeops drill DISASTER --execute`: breaks it in a cluster that is there to practise on, and recovers it, with the same
 * commands that an operator would type. Typed again it goes on where it was. Exit code of what did not end well.
 * @throws UsageError before anything is connected to
 */
export const drillExecute = async (
  parts: Parts,
  name: string | undefined,
  options: ExecuteOptions,
): Promise<number> => {
  if (name === undefined) throw new UsageError('--execute: say which disaster: nodeops drill worker-lost --execute');
  const disaster = disasterNamed(name);
  if (options.document !== undefined)
    throw new UsageError('--document and --execute: take one of them; what came of the drill is in the next document');
  const { cluster } = practiceCluster(parts, options);
  const plan = planOf(cluster, disaster, options.node);
  const begun = await broken(parts, cluster, { disaster, plan }, options);
  if (typeof begun === 'number') return begun;
  if (parts.stopping()) return exitCode.interrupted;
  const code = await recover(parts, cluster, begun, options);
  if (code === exitCode.done) await tellEnd(parts, cluster, { begun, disaster }, options);
  else
    parts.stderr.write(
      `${cluster.name}: ${disaster} is not recovered yet\n    go on: ${again(cluster.name, begun, options)}\n`,
    );
  return code;
};
