import { formatDuration } from './duration.ts';

/** What a restore brings, and what it costs. */
export interface RestoreOutlook {
  readonly cluster: string;
  readonly backup: string;
  /** `3-2026-11-21-235810-875f` */
  readonly restore: string;
  readonly state: 'new' | 'unfinished';
  readonly takenAt: string;
  readonly ageMs: number;
  readonly revision: number;
  /** Of the etcd that answers with the most; missing where none does. */
  readonly now?: { readonly revision: number; readonly quorum: boolean };
  /** The etcd that answers is the one that this restore has made. */
  readonly restored: boolean;
  readonly members: readonly string[];
}

/** Each restore raises the revision by this or more: from then on the difference counts no changes. */
const raised = 1_000_000_000;

/** Revisions only grow: an etcd below its own backup lost its data and founded an empty cluster, or was put back to older ones. */
const behind = 'it is behind its own backup: its data were lost or put back, and what it serves is not what was there';

const lost = ({ now, restored, revision, takenAt }: RestoreOutlook): readonly string[] => {
  if (restored) return ['etcd runs on the restored data already'];
  if (now === undefined) return ['no etcd answers: what was written since cannot be told, and is lost'];
  const writes = now.revision - revision;
  const since =
    writes > 0 && writes < raised
      ? `LOST: ${writes} changes since ${takenAt}, of objects and of the cluster itself (etcd is at revision ${now.revision}, the backup at ${revision})`
      : `etcd is at revision ${now.revision}, the backup at ${revision}: what was written since ${takenAt} is LOST`;
  if (writes < 0) return [since, behind];
  return now.quorum
    ? [since, 'etcd has quorum and serves: restore only where what it holds is worse than the backup']
    : [since];
};

/** What is told before anybody is asked. */
export const restoreOutlookText = (outlook: RestoreOutlook): string =>
  [
    `${outlook.cluster}: ${outlook.state === 'unfinished' ? 'going on with the restore' : 'restore'} of ${outlook.backup}, taken ${outlook.takenAt} (${formatDuration(outlook.ageMs)} ago)`,
    `    etcd on ${outlook.members.join(', ')}, from one snapshot; the API is away meanwhile, pods go on`,
    ...lost(outlook).map((line) => `    ${line}`),
    '',
  ].join('\n');

/** What came of it. */
export interface RestoreResult {
  readonly cluster: string;
  readonly backup: string;
  readonly restore: string;
  readonly revision?: number;
  readonly objects?: number;
  /** Files on this machine. */
  readonly rescued: readonly string[];
  /** Where each control plane keeps what its etcd had before. */
  readonly oldData: string;
}

/** What is told at the end. */
export const restoreResultText = ({ cluster, backup, revision, objects, rescued, oldData }: RestoreResult): string =>
  [
    `${cluster}: restored ${backup}${revision === undefined ? '' : `: etcd at revision ${revision}`}${objects === undefined ? '' : `, ${objects} objects`}`,
    ...rescued.map((path) => `    what etcd held before: ${path}`),
    `    its files of before, on each control plane: ${oldData}; remove them once nobody misses anything`,
    '',
  ].join('\n');
