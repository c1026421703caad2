import { bumpOf, readRestoreName, tokenOf } from '../backup/restore-name.ts';
import { readInitialCluster, type FoundingMember } from '../backup/etcd-identity.ts';
import { hasMark, type EtcdRestores } from '../facts/etcd-restores.ts';

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
