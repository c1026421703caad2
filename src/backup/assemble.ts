import type { Cluster, Node } from '../model/cluster.ts';
import { nodeArchive, nodeVersions, objectsFile, snapshotFile, snapshotStatusFile, stateFile } from './names.ts';
import { coveredBy, coversNothing, type Claim } from './covered-claims.ts';
import { readNodeVersions, readSnapshotStatus, readState, type ClusterState } from './gathered.ts';
import type { HookOutcome } from './hook-outcome.ts';
import type { BackupManifest, Coverage } from './manifest.ts';

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
  /** How the hooks ended. */
  readonly hooks: readonly HookOutcome[];
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
  const kind = role === 'worker' ? role : 'control-plane';
  return { name, role: kind, ...versions, addresses: [...versions.addresses], images: [...versions.images] };
};

const claimsIn = ({ claims }: ClusterState): readonly Claim[] =>
  (claims?.items ?? []).map(({ metadata: { namespace, name, labels } }) => ({
    claim: `${namespace}/${name}`,
    namespace,
    labels,
  }));

/** Every hook of the inventory had its turn before anything is stored: one without an outcome never ran. */
const hooksOf = ({ cluster, hooks }: Gathered, state: ClusterState): BackupManifest['application'] =>
  cluster.backup.application.map((hook) => {
    const { name } = hook;
    const outcome = hooks.find((each) => each.hook === name);
    const claims = [...coveredBy(hook, claimsIn(state))];
    if (outcome === undefined) return { name, claims, ok: false, trouble: 'it did not run' };
    const { on, ok, trouble, durationMs } = outcome;
    return { name, claims, on, ok, durationMs, ...(ok ? {} : { trouble }) };
  });

const claimsOf = ({ claims }: ClusterState, hooks: BackupManifest['application']): BackupManifest['claims'] =>
  claims?.items.map(({ metadata: { namespace, name }, spec }) => {
    const claim = `${namespace}/${name}`;
    const by = hooks.find((hook) => hook.ok && hook.claims.includes(claim));
    return {
      claim,
      ...(by === undefined ? {} : { coveredBy: by.name }),
      volume: spec.volumeName,
      storageClass: spec.storageClassName,
      requested: spec.resources.requests['storage'] ?? '',
    };
  });

const noApi = (why: string): string => `no API server answered: ${why === '' ? 'nothing was said' : why}`;

/** An empty file is left where no API server answered. */
const hasObjects = ({ files }: Gathered): boolean => files.some(({ name, bytes }) => name === objectsFile && bytes > 0);

/** What a hook is said to save and what does not exist is a mistake that an operator should hear of. */
const coveredInVain = ({ cluster }: Gathered, state: ClusterState): BackupManifest['leftOut'] =>
  state.claims === null
    ? []
    : cluster.backup.application.flatMap((hook) =>
        coversNothing(hook, claimsIn(state)).map((what) => ({
          what: `${what} of the hook ${hook.name}`,
          why: 'there is no such claim in the cluster',
        })),
      );

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
  ...coveredInVain(gathered, state),
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
  const application = hooksOf(gathered, state);
  const claims = claimsOf(state, application);
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
    application,
    leftOut: leftOutOf(gathered, state),
    files: [...gathered.files],
  };
};

/** Claims whose content no hook saved. */
export const notCovered = ({ claims = [] }: BackupManifest): readonly string[] =>
  claims.filter(({ coveredBy: hook }) => hook === undefined).map(({ claim }) => claim);

/** The same in numbers; undefined where it is not known which claims there are. */
export const coverageOf = (manifest: BackupManifest): Coverage | undefined =>
  manifest.claims === undefined
    ? undefined
    : { total: manifest.claims.length, notCovered: notCovered(manifest).length };

/** Hooks whose part is missing, and why. */
export const failedHooks = ({ application }: BackupManifest): { readonly hook: string; readonly trouble: string }[] =>
  application.flatMap(({ name, ok, trouble = '' }) => (ok ? [] : [{ hook: name, trouble }]));
