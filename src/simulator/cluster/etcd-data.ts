import { createHash } from 'node:crypto';

/** Where every member has its database, and its log, which says whose it is. */
export const memberDirectory = '/var/lib/etcd/member';
export const databaseFile = `${memberDirectory}/snap/db`;
export const logFile = (member: string): string => `${member}/wal/0000000000000000-0000000000000000.wal`;

/** What a log begins with: whose it is. Source: etcd, wal, `metadataType`; here as text. */
export const logText = (member: string, cluster: string): string => `member ${member} of ${cluster}\n`;
/** The member whose log it is; undefined where it does not say. */
export const memberInLog = (text: string): string | undefined => /^member (\d+) of \d+\n$/.exec(text)?.[1];

/** What `etcdutl snapshot restore` makes of a snapshot: the same on all members that are made alike. */
export interface RestoredData {
  /** `cp1=https://10.0.0.11:2380,…`, as `--initial-cluster` has it. */
  readonly members: string;
  readonly token: string;
  /** sha256 of the snapshot's file. */
  readonly snapshot: string;
  /** At which the history goes on. */
  readonly revision: number;
  /** What was before is marked as compacted. */
  readonly compacted: boolean;
}

/** What a member's database is: that of the cluster as it was made, one that began with nothing, a restored one. */
export type EtcdData =
  | { readonly kind: 'first' }
  | { readonly kind: 'founded'; readonly by: string }
  | ({ readonly kind: 'restored' } & RestoredData);

export const firstDatabase = (cluster: string): string => `etcd ${cluster}\n`;
export const foundedDatabase = (cluster: string, host: string, at: number): string =>
  `etcd ${cluster} founded by ${host} at ${at}\n`;
export const restoredDatabase = ({ members, token, snapshot, revision, compacted }: RestoredData): string =>
  `etcd restored from ${snapshot} at ${revision}${compacted ? ' compacted' : ''} as ${token} of ${members}\n`;

/** What a database's text says; undefined for one that no etcd can open. */
export const readDatabase = (cluster: string, text: string): EtcdData | undefined => {
  if (text === firstDatabase(cluster)) return { kind: 'first' };
  const by = /^etcd \S+ founded by (\S+) at \d+\n$/.exec(text)?.[1];
  if (by !== undefined) return { kind: 'founded', by };
  const found = /^etcd restored from ([0-9a-f]{64}) at (\d+)( compacted)? as (\S+) of (\S+)\n$/.exec(text);
  if (found === null) return undefined;
  const [, snapshot = '', revision, compacted, token = '', members = ''] = found;
  return {
    kind: 'restored',
    members,
    token,
    snapshot,
    revision: Number(revision),
    compacted: compacted !== undefined,
  };
};

/** The members of `--initial-cluster`, by name. */
export const foundingMembers = (members: string): ReadonlyMap<string, string> =>
  new Map(members.split(',').map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]));

const firstEight = (bytes: Buffer | string): Buffer => createHash('sha1').update(bytes).digest().subarray(0, 8);

const number = (bytes: Buffer): string => bytes.readBigUInt64BE().toString();

/** Source: etcd 3.6, server/etcdserver/api/membership, `computeMemberID`: peer URLs, then the cluster's token. */
const memberBytes = (peerUrl: string, token: string): Buffer => firstEight(peerUrl + token);

export const memberIdOf = (peerUrl: string, token: string): string => number(memberBytes(peerUrl, token));

/** Source: as above, `RaftCluster.genID`: the members' IDs in ascending order. */
export const clusterIdOf = ({ members, token }: Pick<RestoredData, 'members' | 'token'>): string => {
  const ids = [...foundingMembers(members).values()].map((url) => memberBytes(url, token));
  return number(firstEight(Buffer.concat(ids.toSorted((a, b) => Buffer.compare(a, b)))));
};

/** What kubeadm leaves etcd to call a new cluster. Source: etcd, `--initial-cluster-token`. */
export const usualToken = 'etcd-cluster';

/** By which a snapshot is known again. */
export const digestOf = (snapshot: string): string => createHash('sha256').update(snapshot, 'latin1').digest('hex');
