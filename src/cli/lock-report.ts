import type { NodeEpoch } from '../facts/node-epoch.ts';
import type { OwnerLease } from '../facts/owner-lease.ts';
import { factsText } from '../report/facts-text.ts';
import type { Paint } from '../report/paint.ts';
import type { RunningCommand } from '../run/adopt.ts';
import type { Holding } from '../run/lock/judge-lock.ts';
import type { LockSight } from '../run/lock/look-at-lock.ts';
import { ownerText } from '../run/lock/owner-text.ts';

/** Everything that `nodeops lock show` says of one cluster. */
export interface LockReport {
  readonly cluster: string;
  readonly controlPlanes: readonly string[];
  readonly now: number;
  readonly holding: Holding;
  readonly sight: LockSight;
  readonly running: readonly RunningCommand[];
  /** Node → why it could not be asked. */
  readonly lost: ReadonlyMap<string, string>;
}

const prefix = 'nodeops.dev/';

/** Our annotations, in the order in which a person asks for them. */
const notes = ({ annotations }: OwnerLease): readonly (readonly [string, string])[] =>
  Object.entries(annotations)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);

const headline = ({ cluster, holding, now, sight }: LockReport): string => {
  if (holding.kind === 'spoilt') return `${cluster}: ${holding.why}`;
  if (holding.kind === 'held') {
    const { owner } = holding;
    const ended = owner.gone ? '; its process, on this machine, has ended' : '';
    return `${cluster}: owned by ${ownerText(owner, now)}, epoch ${owner.epoch}${ended}`;
  }
  return sight.lease === undefined
    ? `${cluster}: no node has an owner`
    : `${cluster}: free${sight.lease === 'absent' ? ', and was never owned' : ''}`;
};

const leaseLines = ({ sight }: LockReport): readonly string[] => {
  if (sight.lease === undefined) return ['lease: no API server answers; the nodes alone say who owns the cluster'];
  if (sight.lease === 'absent') return ['lease: none in kube-system'];
  const width = Math.max(0, ...notes(sight.lease).map(([name]) => name.length));
  const holder = sight.lease.holder === '' ? 'nobody' : sight.lease.holder;
  return [
    `lease: ${holder}, epoch ${sight.lease.epoch}`,
    ...notes(sight.lease).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ];
};

/** Only control planes are given heartbeats: they are enough to tell whether an owner lives. */
const epochCells = (epoch: NodeEpoch | 'absent' | undefined, beats: boolean): Readonly<Record<string, string>> => {
  if (epoch === undefined) return { epoch: '?', run: '?', holder: '?', heartbeat: '?' };
  if (epoch === 'absent') return { epoch: 'none', run: '–', holder: '–', heartbeat: '–' };
  const { silentMs } = epoch;
  const ago = silentMs === undefined ? 'its clock was set back' : `${Math.round(silentMs / 1000)} s ago`;
  const heartbeat = beats ? ago : '–';
  return { epoch: String(epoch.epoch), run: epoch.run, holder: epoch.holder, heartbeat };
};

const runningOn = (running: readonly RunningCommand[], name: string): string =>
  running
    .filter(({ node }) => node.name === name)
    .map(({ record }) => `${record.line ?? record.unit} (run ${record.run})`)
    .join('; ') || '–';

/** For a person: who owns the cluster, what the lease says, and what each node knows. */
export const lockText = (report: LockReport, paint: Paint): string => {
  const rows = [...report.sight.epochs].map(([node, epoch]) => ({
    node,
    rows: { ...epochCells(epoch, report.controlPlanes.includes(node)), running: runningOn(report.running, node) },
  }));
  const lost = [...report.lost].map(([node, why]) => `${node} could not be asked: ${why}`);
  return [
    paint('strong', headline(report)),
    ...leaseLines(report),
    '',
    factsText(rows, paint).trimEnd(),
    ...lost,
    '',
  ].join('\n');
};

/** For a program: the same, one object. */
export const lockJson = ({ cluster, holding, sight, running, lost }: LockReport): string =>
  JSON.stringify({
    cluster,
    ...holding,
    lease: sight.lease ?? 'unavailable',
    nodes: Object.fromEntries([...sight.epochs].map(([node, epoch]) => [node, epoch ?? 'unavailable'])),
    running: running.map(({ node, record }) => ({ node: node.name, ...record })),
    unreachable: Object.fromEntries(lost),
  });
