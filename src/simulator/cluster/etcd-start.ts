import { freeBytes } from '../host/disk.ts';
import { byCluster } from '../world/actor.ts';
import { FileError } from '../world/files.ts';
import type { Host } from '../world/host.ts';
import type { EtcdMember } from '../world/world.ts';
import {
  databaseFile,
  foundedDatabase,
  foundingMembers,
  logFile,
  logText,
  memberDirectory,
  memberInLog,
  readDatabase,
} from './etcd-data.ts';

/** What an etcd that is started finds around it. */
export interface StartSight {
  readonly cluster: string;
  readonly host: Host;
  /** Whose manifest named itself only when the cluster was founded. */
  readonly founder: string | undefined;
  readonly members: readonly EtcdMember[];
  /** The database of the cluster that the API shows, and whether it has a quorum. */
  readonly live: string;
  readonly quorum: boolean;
  readonly clusterId: string;
  /** Manifests that name their own member only were written anew, by an upgrade: whoever joined founds a cluster over them. */
  readonly foundsAnew: boolean;
}

const flagOf = ({ components }: Host, name: string): string | undefined =>
  components
    .get('etcd')
    ?.argv.find((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);

/** The first of a cluster that is being made lays its data, where there is room; over others it founds nothing. */
export const founds = (host: Host, text: string): boolean => {
  const { files } = host;
  const isTold = flagOf(host, 'initial-cluster-state') === 'existing';
  if (isTold || files.stat(databaseFile) !== undefined || freeBytes(host) === 0) return false;
  files.makeDirectory(`${memberDirectory}/snap`, byCluster, { parents: true, mode: 0o700 });
  files.write(databaseFile, text, byCluster, { mode: 0o600 });
  return true;
};

const peerUrl = ({ address }: Pick<Host, 'address'>): string => `https://${address}:2380`;

/** False where there is no room for it. `id`: of the member whose log it is; a database alone is what an empty etcd leaves. */
const layData = ({ host, clusterId }: StartSight, text: string, id: string | undefined): boolean => {
  const { files } = host;
  try {
    for (const part of ['snap', 'wal'])
      files.makeDirectory(`${memberDirectory}/${part}`, byCluster, { parents: true, mode: 0o700 });
    files.write(databaseFile, text, byCluster, { mode: 0o600 });
    if (id !== undefined) files.write(logFile(memberDirectory), logText(id, clusterId), byCluster, { mode: 0o600 });
    return true;
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'ENOSPC') throw error;
    return false;
  }
};

/**
 * One that is told to join asks the others who belongs to them, and has to be told of exactly those. Source: etcd 3.6,
 * bootstrapExistingClusterNoWAL, ValidateClusterAndAssignIDs (`member count is unequal`); lab, 3.6.6.
 */
const joins = (sight: StartSight): boolean => {
  const { host, members, live, quorum } = sight;
  const named = [...foundingMembers(flagOf(host, 'initial-cluster') ?? '').values()].toSorted();
  const urls = members.map((member) => peerUrl(host.world.hosts.get(member.host) ?? { address: '' })).toSorted();
  const own = members.find((member) => member.host === host.name);
  if (own === undefined || !quorum || named.join(' ') !== urls.join(' ')) return false;
  return layData(sight, live, own.id);
};

const begins = (sight: StartSight): boolean => {
  const { host, founder, members, live, quorum, cluster, foundsAnew } = sight;
  if (flagOf(host, 'initial-cluster-state') === 'existing') return joins(sight);
  const founded = foundedDatabase(cluster, host.name, host.kernel.now);
  // Of the same addresses it is the same member of the same cluster: the others bring it up to date (lab, 3.6.6).
  const own = members.find((member) => member.host === host.name);
  if (host.name === founder) return own !== undefined && layData(sight, quorum ? live : founded, own.id);
  return foundsAnew && layData(sight, founded, own?.id ?? '0');
};

/**
 * What a process of etcd begins with: the database that lies there, or what it makes of its manifest where none does;
 * undefined where it ends at once. Over a log of a member that was removed it does, since the others say so (etcd,
 * rafthttp, `the member has been permanently removed from the cluster`), and so with a database that is torn. Seen on the
 * lab (3 control planes, 3.6.6) without data: `discovery failed`, or raft's `tocommit … is out of range`; the one that
 * joined last came back after an election, which is not modelled where its manifest does not name every member.
 */
export const startEtcd = (sight: StartSight): string | undefined => {
  const { host, cluster, members } = sight;
  const { files } = host;
  if (files.stat(databaseFile) === undefined && !begins(sight)) return undefined;
  const text = files.read(databaseFile);
  const data = readDatabase(cluster, text);
  if (data === undefined || (data.kind === 'restored' && !foundingMembers(data.members).has(host.name)))
    return undefined;
  const log = logFile(memberDirectory);
  const id = data.kind === 'first' && files.stat(log) !== undefined ? memberInLog(files.read(log)) : undefined;
  return id === undefined || members.some((member) => member.host === host.name && member.id === id) ? text : undefined;
};

/** The log of a member that runs since long ago. */
export const layLog = ({ files }: Host, id: string, clusterId: string): void => {
  files.makeDirectory(`${memberDirectory}/wal`, byCluster, { parents: true, mode: 0o700 });
  files.write(logFile(memberDirectory), logText(id, clusterId), byCluster, { mode: 0o600 });
};

/** Whether more than half of the voters have a database on their disks: who has it comes back with it. */
export const isKeptByMost = (
  members: readonly EtcdMember[],
  hosts: ReadonlyMap<string, Host>,
  database: string,
): boolean => {
  const voters = members.filter(({ learner }) => !learner);
  const keeps = (name: string): boolean => {
    const files = hosts.get(name)?.files;
    return files?.stat(databaseFile) !== undefined && files.read(databaseFile) === database;
  };
  return voters.filter(({ host }) => keeps(host)).length * 2 > voters.length;
};
