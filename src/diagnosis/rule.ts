import type { LoggedLine } from '../facts/unit-log.ts';
import type { Role } from '../model/cluster.ts';
import type { Cause } from '../model/cause.ts';
import type { NodeSight } from './node-sight.ts';

/** What a rule found: a cause without its rule's name. */
export type Found = Omit<Cause, 'rule'>;

/** Why a node may not be as it should be, told by facts alone: where they do not say so nothing is found. */
export interface Rule {
  readonly id: string;
  /** What it looks at, in a few words: for who wants to know what was looked at in vain. */
  readonly looksAt: string;
  /** Only there; left out: on every node. */
  readonly on?: Role;
  /** Without these nothing is judged. */
  readonly needs: readonly (keyof NodeSight)[];
  /** Rules that say more of the same: where one of them found something, this one is not asked. */
  readonly unless?: readonly string[];
  readonly judge: (sight: NodeSight) => readonly Found[];
}

/** Rules that say that a file system takes nothing more: what else fails then, fails for that. */
export const noRoom: readonly string[] = ['disk-full', 'inodes-full'];

/** What to type where etcd takes no writes for want of room. */
export const makeRoom = 'nodeops etcd status; nodeops etcd defrag, then nodeops etcd alarms disarm (docs/etcd.md)';

/** A line of a log as evidence. */
export const quoted = ({ at, text, count }: LoggedLine): string =>
  `${at} ${text}${count > 1 ? ` (${count} times)` : ''}`;

/** The newest line that says so. */
export const saying = (lines: readonly LoggedLine[] | undefined, pattern: RegExp): LoggedLine | undefined =>
  lines?.findLast(({ text }) => pattern.test(text));
