import { createHash } from 'node:crypto';
import type { Host } from '../../world/host.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest();

/**
 * A snapshot as `etcdctl snapshot save` writes it: what was streamed, then the sha256 of it (etcd, clientv3/snapshot).
 * The database itself is one line, long enough to be torn in the middle.
 */
export const snapshotText = ({ world, name }: Host, version: string): string => {
  const { revision } = world.etcd.runOf(name);
  // A revision that a restore has raised says nothing of how many there are.
  const keys = (revision % 1_000_000) >> 2;
  const body = `etcd snapshot of ${world.cluster} revision ${revision} keys ${keys} version ${version}\n${'.'.repeat(2000)}\n`;
  return body + digest(body).toString('latin1');
};

export interface SnapshotStatus {
  readonly hash: number;
  readonly revision: number;
  readonly totalKey: number;
  readonly totalSize: number;
  readonly version: string;
}

/** Undefined where the file is not a whole snapshot. */
export const snapshotStatus = (text: string): SnapshotStatus | undefined => {
  const body = text.slice(0, -32);
  const found = /^etcd snapshot of \S+ revision (\d+) keys (\d+) version (\S+)\n/.exec(body);
  if (found === null || digest(body).toString('latin1') !== text.slice(-32)) return undefined;
  const [, revision, keys, version = ''] = found;
  return {
    hash: digest(body).readUInt32BE(),
    revision: Number(revision),
    totalKey: Number(keys),
    totalSize: text.length,
    version: version.startsWith('3.5.') ? '' : version.replace(/\.\d+$/, '.0'),
  };
};
