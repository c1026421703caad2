import { isOutForRun, type NodeObject } from '../facts/nodes.ts';
import type { Cluster, Node } from '../model/cluster.ts';
import { compareVersions } from '../model/version.ts';
import type { ClusterState, ClusterStatus, RoleStatus } from '../report/status-text.ts';
import type { Holding } from '../run/lock/judge-lock.ts';
import type { LastRun } from '../run/lock/last-run.ts';
import { readLeftWish } from '../run/lock/left-wish.ts';

/** What one look at a cluster brought. */
export interface StatusSight {
  readonly cluster: Cluster;
  /** Undefined where no API server answered. */
  readonly nodes: readonly NodeObject[] | undefined;
  readonly keptOut: Readonly<Record<string, string>>;
  readonly holding: Holding;
  readonly last?: LastRun;
  readonly now: number;
  /** By node, why it was not reached. */
  readonly lost: ReadonlyMap<string, string>;
}

const upgrades = ['upgrade', 'rollback'];

/** While no API server answers, the lease that names the playbook cannot be read: the nodes know the wish. */
const playbookOf = ({ playbook, wish }: LastRun): string | undefined =>
  playbook ?? (wish === undefined ? undefined : readLeftWish(wish)?.playbook);

const roleOf = ({ cluster }: StatusSight, role: Node['role'], all: readonly NodeObject[] | undefined): RoleStatus => {
  const names = cluster.nodes.filter((node) => node.role === role).map(({ name }) => name);
  if (all === undefined) return { total: names.length };
  const found = all.filter(({ name }) => names.includes(name));
  return {
    total: names.length,
    ready: found.filter(({ ready }) => ready === 'True').length,
    ...(cluster.version === undefined
      ? {}
      : { updated: found.filter(({ kubeletVersion }) => kubeletVersion === cluster.version).length }),
  };
};

const endedState = ({ end }: LastRun): ClusterState | undefined => {
  if (end.kind !== 'ended') return 'Failed';
  if (end.outcome === 'done') return undefined;
  return end.outcome === 'blocked' ? 'Blocked' : 'Failed';
};

/** A process that ended on this machine, or has been silent for minutes, has nothing under way any more. */
const silentMs = 5 * 60_000;
const isAtWork = ({ holding }: StatusSight): boolean =>
  holding.kind === 'held' && !holding.owner.gone && (holding.owner.silentMs ?? 0) < silentMs;

const stateOf = (sight: StatusSight, nodes: readonly NodeObject[] | undefined): ClusterState => {
  const { cluster, last } = sight;
  const playbook = last && playbookOf(last);
  if (isAtWork(sight)) return upgrades.includes(playbook ?? '') ? 'Upgrading' : 'Maintained';
  if (nodes === undefined) return 'Unknown';
  const ended = last === undefined ? undefined : endedState(last);
  const isThere =
    cluster.version === undefined || nodes.every(({ kubeletVersion }) => kubeletVersion === cluster.version);
  // Somebody may have ended by hand what a run left: nothing of it is left then.
  const isLeft = !isThere || nodes.some(isOutForRun);
  if (ended !== undefined && isLeft) return ended;
  if (!isThere) return 'Pending';
  return ended === undefined && playbook === 'upgrade' ? 'Upgraded' : 'Stable';
};

const cordonsOf = ({ keptOut }: StatusSight, nodes: readonly NodeObject[]): ClusterStatus['cordoned'] =>
  nodes
    .filter(({ unschedulable }) => unschedulable)
    .map(({ name, cordonedBy }) => {
      const { [name]: kept } = keptOut;
      if (cordonedBy !== undefined) return { node: name, by: `run ${cordonedBy}` };
      return { node: name, by: kept === undefined ? 'somebody else' : `an operator (run ${kept})` };
    });

const runOf = (sight: StatusSight): Pick<ClusterStatus, 'run'> => {
  const { last, now } = sight;
  if (last === undefined) return {};
  const { end, at, by } = last;
  const playbook = playbookOf(last);
  const until = end.kind === 'ended' ? end.at : isAtWork(sight) ? now : undefined;
  const outcome =
    end.kind === 'ended' ? end.outcome : isAtWork(sight) ? undefined : end.kind === 'broken' ? 'taken away' : 'lost';
  return {
    run: {
      id: last.run,
      ...(playbook === undefined ? {} : { playbook }),
      ...(by === undefined ? {} : { by }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(until === undefined || at === undefined ? {} : { tookMs: Math.max(0, until - at) }),
    },
  };
};

/** How a cluster is. A run that takes longer than `longMs` is an alert. Pure. */
export const statusOf = (sight: StatusSight, longMs: number): ClusterStatus => {
  const { cluster, lost } = sight;
  const listed = new Set(cluster.nodes.map(({ name }) => name));
  const nodes = sight.nodes?.filter(({ name }) => listed.has(name));
  const all = nodes ?? [];
  const state = stateOf(sight, nodes);
  const { run } = runOf(sight);
  const notReady = all.filter(({ ready }) => ready !== 'True').map(({ name }) => name);
  const absent = nodes === undefined ? [] : [...listed].filter((name) => !all.some((node) => node.name === name));
  const isLong = isAtWork(sight) && (run?.tookMs ?? 0) > longMs;
  const again = run === undefined ? 'nodeops resume' : `nodeops resume ${run.id}`;
  return {
    cluster: cluster.name,
    state,
    versions: [...new Set(all.map(({ kubeletVersion }) => kubeletVersion))].toSorted(compareVersions),
    ...(cluster.version === undefined ? {} : { wished: cluster.version }),
    controlPlanes: roleOf(sight, 'control-plane', nodes),
    workers: roleOf(sight, 'worker', nodes),
    cordoned: cordonsOf(sight, all),
    notReady,
    ...(run === undefined ? {} : { run }),
    alerts: [
      ...(state === 'Unknown' ? ['no API server answered: nodeops etcd status asks without one'] : []),
      ...(state === 'Failed' || state === 'Blocked'
        ? [`the run ${run?.id ?? '?'} left something undone: ${again}`]
        : []),
      ...(isLong ? [`the run ${run?.id ?? '?'} has taken ${Math.floor((run?.tookMs ?? 0) / 60_000)}m so far`] : []),
      ...(notReady.length === 0 ? [] : [`not Ready: ${notReady.join(', ')}`]),
      ...(absent.length === 0 ? [] : [`no node of the cluster: ${absent.join(', ')}`]),
      ...[...lost].map(([node, why]) => `${node}: ${why}`),
    ],
  };
};
