import { z } from 'zod';
import { bumpOf, readRestoreName, tokenOf } from '../backup/restore-name.ts';
import { readInitialCluster, type FoundingMember } from '../backup/etcd-identity.ts';
import { hasMark, type EtcdRestores } from '../facts/etcd-restores.ts';

/** The parameter that names a restore: it becomes part of paths and of etcd's token. */
export const restoreParameter = z.string().refine((text) => readRestoreName(text) !== undefined, {
  error: 'expected the number of a restore and its backup, such as 1-2026-11-21-235810-875f',
});
/** The parameter that names the members to restore. */
export const membersParameter = z.string().refine((text) => readInitialCluster(text) !== undefined, {
  error: 'expected members as --initial-cluster has them, such as cp1=https://10.0.0.11:2380',
});

/** Once the restored data are in their place, what had to be stopped for it is not stopped again. */
export const isSwapped = (seen: EtcdRestores, restore: string): boolean => hasMark(seen, restore, 'swapped');

/** What is fixed of a restore by its name. @throws Error for a name that is none: the playbook's schema has refused it. */
export const founding = (restore: string): { readonly token: string; readonly bumpRevision: number } => {
  const name = readRestoreName(restore);
  if (name === undefined) throw new Error(`${restore} is no name of a restore`);
  return { token: tokenOf(name), bumpRevision: bumpOf(name) };
};

/** The member that etcd's manifest on a node starts; undefined where it does not say so. */
export const memberHere = ({ flags }: EtcdRestores): FoundingMember | undefined => {
  const { name, 'initial-advertise-peer-urls': peerUrl } = flags;
  return name === undefined || peerUrl === undefined ? undefined : { name, peerUrl };
};

/** Whether a member is one of those that are restored. */
export const isAmong = (members: string, member: FoundingMember): boolean =>
  readInitialCluster(members)?.some(({ name, peerUrl }) => name === member.name && peerUrl === member.peerUrl) === true;
