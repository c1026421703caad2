import { createHash } from 'node:crypto';

/** A member of etcd as it is founded: its name and peer address. */
export interface FoundingMember {
  readonly name: string;
  readonly peerUrl: string;
}

/** What `--initial-cluster-token` is where nobody says so (etcd, embed.NewConfig). */
export const usualToken = 'etcd-cluster';

const first64Bits = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, 8);
};

/**
 * The ID that etcd gives to a cluster that is founded by these members with that token, uint64 as decimal text: made of
 * addresses and token alone. So a restore with a token of its own has an ID that is known beforehand. Source: etcd
 * 3.5 and 3.6, server/etcdserver/api/membership, computeMemberID and RaftCluster.genID; compared on the lab (3.6.6).
 */
export const clusterIdOf = (members: readonly FoundingMember[], token: string): string => {
  const ids = members.map(({ peerUrl }) => first64Bits(peerUrl, token));
  return first64Bits(...ids.toSorted((a, b) => Buffer.compare(a, b)))
    .readBigUInt64BE()
    .toString();
};

/** `cp1=https://10.0.0.11:2380,cp2=…`, as `--initial-cluster` has it. */
export const initialClusterText = (members: readonly FoundingMember[]): string =>
  members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',');

/** Reads it back; undefined where it is none. A member with several addresses is none that kubeadm makes. */
export const readInitialCluster = (text: string): readonly FoundingMember[] | undefined => {
  const members = text.split(',').map((each) => {
    const [, name, peerUrl] = /^([^=]+)=(https?:\/\/.+)$/.exec(each.trim()) ?? [];
    return name === undefined || peerUrl === undefined ? undefined : { name, peerUrl };
  });
  return members.every((member) => member !== undefined) ? members : undefined;
};
