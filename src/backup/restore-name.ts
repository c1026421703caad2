import { isBackupId } from './names.ts';

/** One restore of one backup: `3-2026-11-21-235810-875f` is the third restore of etcd on these nodes. */
export interface RestoreName {
  readonly number: number;
  readonly backup: string;
}

export const restoreNameText = ({ number, backup }: RestoreName): string => `${number}-${backup}`;

/** Undefined for what is none. */
export const readRestoreName = (text: string): RestoreName | undefined => {
  const [, number = '', backup = ''] = /^([1-9]\d{0,5})-(.+)$/.exec(text) ?? [];
  return isBackupId(backup) ? { number: Number(number), backup } : undefined;
};

/** So far apart are the revisions of two restores: far more than a cluster writes between a backup and its restore. */
const step = 1_000_000_000;

/** By how much a restore raises the revision: each by more than those before, or caches take old objects for new (lab). */
export const bumpOf = ({ number }: RestoreName): number => number * step;

/** Beyond `least`, the first number whose revision comes after all that the cluster has had. */
export const numberBeyond = (least: number, revisionNow: number, revisionThen: number): number =>
  Math.max(least, Math.floor(Math.max(0, revisionNow - revisionThen) / step) + 1);

/** The token by which a restored etcd is told from every other. */
export const tokenOf = (name: RestoreName): string => `nodeops-${restoreNameText(name)}`;

/** Where a restore's snapshot lies on the operator's side, and what was rescued before it. */
export const restoreFolder = (cluster: string, restore: string): string => `${cluster}/restores/${restore}`;
export const restoreSnapshot = (cluster: string, restore: string): string =>
  `${restoreFolder(cluster, restore)}/etcd-snapshot.db`;
/** What a control plane's etcd held before. */
export const rescuedSnapshot = (cluster: string, restore: string, node: string): string =>
  `${restoreFolder(cluster, restore)}/etcd-before-${node}.db`;
/** One file a control plane whose etcd was rescued: written after its snapshot. */
export const rescuedStatuses = (cluster: string, restore: string): string =>
  `${restoreFolder(cluster, restore)}/rescued`;
