import type { Cluster, Node } from '../model/cluster.ts';
import {
  nodeArchive,
  nodeVersions,
  objectsFile,
  snapshotFile,
  snapshotStatusFile,
  stateFile,
  hookOutcome,
} from './names.ts';
import { readNodeVersions, readSnapshotStatus, readState, type ClusterState } from './gathered.ts';
import type { BackupManifest } from './manifest.ts';

/** What was gathered for a backup, before it is stored. */
export interface Gathered {
  readonly id: string;
  readonly cluster: Cluster;
  readonly nodeops: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly files: BackupManifest['files'];
  /** The texts of the small ones, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Every API object was asked for. */
  readonly objects: boolean;
}

/** Why a manifest cannot be made: a file is missing, or cannot be read. */
export interface Incomplete {
  readonly missing: string;
}

const etcdOf = (gathered: Gathered, state: ClusterState): BackupManifest['etcd'] | Incomplete => {
  const status = readSnapshotStatus(gathered.texts.get(snapshotStatusFile) ?? '');
  const snapshot = gathered.files.find(({ name }) => name === snapshotFile);
  if (status === undefined || snapshot === undefined) return { missing: snapshotStatusFile };
  const [{ Status }] = state.endpoint;
  return {
    clusterId: Status.header.cluster_id,
    version: Status.version,
    revision: status.revision,
    keys: status.totalKey,
    hash: status.hash,
    snapshotBytes: snapshot.bytes,
    quorum: Status.leader !== undefined,
    members: (state.members?.members ?? []).map(({ ID: id, name, peerURLs: peerUrls }) => ({ id, name, peerUrls })),
    initialCluster: state.initialCluster,
  };
};

const nodeOf = ({ texts, files }: Gathered, { name, role }: Node): BackupManifest['nodes'][number] | Incomplete => {
  const versions = readNodeVersions(texts.get(nodeVersions(name)) ?? '');
  if (versions === undefined) return { missing: nodeVersions(name) };
  if (!files.some((file) => file.name === nodeArchive(name))) return { missing: nodeArchive(name) };
  return { name, role, ...versions, addresses: [...versions.addresses], images: [...versions.images] };
};

const claimsOf = ({ cluster, texts }: Gathered, { claims }: ClusterState): BackupManifest['claims'] => {
  const ran = cluster.backup.application.filter(({ name }) => texts.has(hookOutcome(name)));
  return claims?.items.map(({ metadata: { namespace, name }, spec }) => {
    const claim = `${namespace}/${name}`;
    const by = ran.find(({ claims: covered }) => covered.includes(claim));
    return {
      claim,
      ...(by === undefined ? {} : { coveredBy: by.name }),
      volume: spec.volumeName,
      storageClass: spec.storageClassName,
      requested: spec.resources.requests['storage'] ?? '',
    };
  });
};

const noApi = (why: string): string => `no API server answered: ${why === '' ? 'nothing was said' : why}`;

/** An empty file is left where no API server answered. */
const hasObjects = ({ files }: Gathered): boolean => files.some(({ name, bytes }) => name === objectsFile && bytes > 0);

const leftOutOf = (gathered: Gathered, state: ClusterState): BackupManifest['leftOut'] => [
  ...(state.configuration === null ? [{ what: 'the ConfigMaps of kubeadm', why: noApi(state.apiTrouble) }] : []),
  ...(state.claims === null ? [{ what: 'the list of persistent volume claims', why: noApi(state.apiTrouble) }] : []),
  ...(gathered.objects && !hasObjects(gathered) ? [{ what: 'API objects as text', why: noApi(state.apiTrouble) }] : []),
  ...(gathered.objects && hasObjects(gathered) && gathered.cluster.backup.recipients.length === 0
    ? [
        {
          what: 'Secrets among the API objects as text',
          why: 'the backup is not encrypted (backup.age.recipients); the etcd snapshot holds them all the same',
        },
      ]
    : []),
];

/** The manifest of what was gathered. Pure; says what is missing where it cannot be made. */
export const assembleManifest = (gathered: Gathered): BackupManifest | Incomplete => {
  const state = readState(gathered.texts.get(stateFile) ?? '');
  if (state === undefined) return { missing: stateFile };
  const etcd = etcdOf(gathered, state);
  if ('missing' in etcd) return etcd;
  const nodes: BackupManifest['nodes'] = [];
  for (const node of gathered.cluster.nodes) {
    const found = nodeOf(gathered, node);
    if ('missing' in found) return found;
    nodes.push(found);
  }
  const claims = claimsOf(gathered, state);
  return {
    format: 1,
    kind: 'nodeops backup',
    id: gathered.id,
    cluster: gathered.cluster.name,
    nodeops: gathered.nodeops,
    takenAt: new Date(gathered.takenAt).toISOString(),
    etcd,
    nodes,
    ...(claims === undefined ? {} : { claims }),
    application: gathered.cluster.backup.application
      .filter(({ name }) => gathered.texts.has(hookOutcome(name)))
      .map(({ name, claims: covered }) => ({ name, claims: [...covered] })),
    leftOut: leftOutOf(gathered, state),
    files: [...gathered.files],
  };
};

/** Claims whose content nothing saves. */
export const notCovered = ({ claims = [] }: BackupManifest): readonly string[] =>
  claims.filter(({ coveredBy }) => coveredBy === undefined).map(({ claim }) => claim);
