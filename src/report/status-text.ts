import type { Paint, Tone } from './paint.ts';
import { alignColumns } from './text-table.ts';

/**
 * Stable: nothing is to be done. Pending: not on its version yet. Upgrading, Maintained: a run has it. Upgraded: the last
 * run brought it to its version. Failed, Blocked: how the last run ended. Unknown: no API server answered.
 */
export const clusterStates = [
  'Stable',
  'Pending',
  'Upgrading',
  'Maintained',
  'Upgraded',
  'Failed',
  'Blocked',
  'Unknown',
] as const;
export type ClusterState = (typeof clusterStates)[number];

/** Nodes of one role. */
export interface RoleStatus {
  readonly total: number;
  /** Missing where no API server answered. */
  readonly ready?: number;
  /** On the wished version; missing where the inventory wishes for none, or nobody knows. */
  readonly updated?: number;
}

/** How a cluster is, in one look. */
export interface ClusterStatus {
  readonly cluster: string;
  readonly state: ClusterState;
  /** Of its kubelets, the oldest first. */
  readonly versions: readonly string[];
  readonly wished?: string;
  readonly controlPlanes: RoleStatus;
  readonly workers: RoleStatus;
  readonly cordoned: readonly { readonly node: string; readonly by: string }[];
  readonly notReady: readonly string[];
  /** The run that has the cluster, or had it last. */
  readonly run?: {
    readonly id: string;
    readonly playbook?: string;
    readonly by?: string;
    readonly outcome?: string;
    /** So far, or in all, in ms. */
    readonly tookMs?: number;
  };
  /** What somebody should look at. */
  readonly alerts: readonly string[];
}

const tones: Readonly<Record<ClusterState, Tone>> = {
  Stable: 'good',
  Upgraded: 'good',
  Pending: 'faint',
  Upgrading: 'warn',
  Maintained: 'warn',
  Failed: 'bad',
  Blocked: 'bad',
  Unknown: 'bad',
};

const versionsText = ({ versions, wished }: ClusterStatus): string => {
  const now = versions.length === 0 ? '?' : versions.join(', ');
  return wished === undefined || now === wished ? now : `${now} → ${wished}`;
};

const roleText = ({ total, ready, updated }: RoleStatus): string =>
  `${ready ?? '?'}/${total}${updated === undefined || updated === total ? '' : `, ${updated} updated`}`;

const minutes = (ms: number): string => (ms < 60_000 ? 'less than 1m' : `${Math.floor(ms / 60_000)}m`);

const runText = ({ run }: ClusterStatus): string => {
  if (run === undefined) return '';
  const what = run.playbook ?? 'run';
  const took = run.tookMs === undefined ? '' : `, ${minutes(run.tookMs)}`;
  return `${what}${run.outcome === undefined ? '' : ` ${run.outcome}`}${took}`;
};

const headings = ['cluster', 'state', 'version', 'control planes', 'workers', 'last run'];

/** What is seen of clusters: a line each, `grave` where somebody should look at it, and what that is below them. */
export interface StatusTable {
  readonly head: string;
  readonly rows: readonly { readonly text: string; readonly grave: boolean }[];
  readonly below: readonly string[];
}

/** A cluster a line. `wide`: also who runs and who cordoned. */
export const statusTable = (all: readonly ClusterStatus[], paint: Paint, wide: boolean): StatusTable => {
  const rows = all.map((each) => [
    each.cluster,
    paint(tones[each.state], each.state),
    versionsText(each),
    roleText(each.controlPlanes),
    roleText(each.workers),
    runText(each),
    ...(wide ? [each.run?.id ?? '', each.run?.by ?? ''] : []),
  ]);
  const heading = [...headings, ...(wide ? ['run', 'by'] : [])].map((name) => paint('strong', name));
  const [head = '', ...texts] = alignColumns([heading, ...rows]);
  return {
    head,
    rows: texts.map((text, index) => {
      const { state, alerts = [] } = all[index] ?? {};
      return { text, grave: alerts.length > 0 || (state !== undefined && tones[state] === 'bad') };
    }),
    below: all.flatMap(({ cluster, cordoned, alerts }) => [
      ...(wide ? cordoned.map(({ node, by }) => `${cluster}: ${node} is cordoned by ${by}`) : []),
      ...alerts.map((alert) => `${paint('bad', '!')} ${cluster}: ${alert}`),
    ]),
  };
};

/** `300 clusters: 290 Stable, 8 Upgrading, 2 Failed` */
export const statusCounts = (all: readonly ClusterStatus[], paint: Paint): string => {
  const counts = clusterStates.flatMap((state) => {
    const count = all.filter((each) => each.state === state).length;
    return count === 0 ? [] : [paint(tones[state], `${count} ${state}`)];
  });
  return `${all.length === 1 ? 'one cluster' : `${all.length} clusters`}: ${counts.join(', ')}`;
};

/** The table, and below it what somebody should look at. */
export const statusText = (all: readonly ClusterStatus[], paint: Paint, wide: boolean): string => {
  const { head, rows, below } = statusTable(all, paint, wide);
  return [head, ...rows.map(({ text }) => text), ...(below.length === 0 ? [] : ['', ...below]), ''].join('\n');
};
