import { backupTargetForm, backupTargetText, parseBackupTarget } from '../model/backup-target.ts';
import { controlPlanes, etcdHosts, workers, type Cluster } from '../model/cluster.ts';
import { durationOf } from '../model/duration.ts';
import { UsageError } from '../model/errors.ts';
import type { Hop, Selection } from '../playbook/bind.ts';
import { parallelWorkers } from '../playbook/order.ts';
import type { Wish } from './wish.ts';

/** Three times what a control plane needs on two busy cores (lab, 3m45s). */
const usualNodeTimeout = '10m';
/** Beside it, packages of the host, and a machine that tests its memory before it starts. */
const patchedNodeTimeout = '40m';

const controlPlaneNamesIn = (cluster: Cluster, { nodes }: Selection): readonly string[] =>
  controlPlanes(cluster)
    .map(({ name }) => name)
    .filter((name) => nodes.includes(name));

/** What was asked for goes before what the inventory says. @throws UsageError for what is no place. */
const backupPlacesOf = ({ backup }: Cluster, { to }: Wish['parameters']): readonly string[] => {
  if (typeof to !== 'string') return backup.to.map(backupTargetText);
  const target = parseBackupTarget(to);
  if (target === undefined || (target.kind === 'directory' && !target.path.startsWith('/')))
    throw new UsageError(
      `${JSON.stringify(to)} is no place for backups: expected ${backupTargetForm}, a directory by its whole path`,
    );
  return [backupTargetText(target)];
};

/** What was asked for goes before what the inventory says. @throws UsageError for what is no duration. */
const downtimeOf = (
  { maxApiDowntimeMs }: Cluster,
  { maxApiDowntime: asked }: Wish['parameters'],
): number | undefined => (typeof asked === 'string' ? durationOf('--max-api-downtime', asked) : maxApiDowntimeMs);

/** Of a playbook that limits it: what a node may take. @throws UsageError for what is no duration. */
export const nodeTimeoutOf = ({ playbook, parameters: { nodeTimeout: asked, osPatch } }: Wish): number | undefined => {
  const usual = osPatch === true ? patchedNodeTimeout : usualNodeTimeout;
  return 'nodeTimeout' in playbook.parameters
    ? durationOf('--node-timeout', typeof asked === 'string' ? asked : usual)
    : undefined;
};

/** @throws UsageError where workers would be out of service, and none may be. */
const workersAtOnce = (cluster: Cluster, { playbook, selection }: Pick<Wish, 'playbook' | 'selection'>): number => {
  const { maxUnavailable: most } = cluster;
  const touched = workers(cluster).filter(({ name }) => selection.nodes.includes(name));
  const takesOut = playbook.phases.some(({ parallel }) => parallel === 'max-unavailable');
  if ('count' in most && most.count === 0 && takesOut && touched.length > 0)
    throw new UsageError(
      `no worker of ${cluster.name} may be out of service (maxUnavailable: 0, ${cluster.source})\n    let a spare one be there meanwhile: nodeops upgrade --strategy surge, or --with-spare NODE once it has joined`,
    );
  return parallelWorkers(cluster);
};

/** Of a cluster that is made, or that gets another node. */
const creationOf = ({ creation }: Cluster): Readonly<Record<string, unknown>> => {
  if (creation === undefined) return {};
  const { endpoint, podSubnet, serviceSubnet, packages, configuration } = creation;
  return {
    podSubnet,
    serviceSubnet,
    packageSource: packages,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(configuration === undefined ? {} : { kubeadmDocuments: configuration.text }),
  };
};

/** What steps may take without a playbook saying so. @throws UsageError for a place of backups or a duration that is none. */
export const settingsOf = (
  cluster: Cluster,
  { playbook, parameters, run, selection, ignoreWindow }: Wish,
  hop: Hop | undefined,
): Readonly<Record<string, unknown>> => ({
  ...creationOf(cluster),
  ...parameters,
  parameters,
  maxApiDowntimeMs: downtimeOf(cluster, parameters),
  ...(hop === undefined ? {} : { version: hop.version }),
  ...(hop === undefined || Object.keys(hop.further).length === 0 ? {} : { further: hop.further }),
  run,
  lockSeconds: Math.ceil(cluster.aptLockTimeoutMs / 1000),
  drainTimeoutMs: cluster.drain.timeoutMs,
  deleteEmptyDirData: cluster.drain.deleteEmptyDirData,
  nodeNames: hop?.workers === false ? controlPlaneNamesIn(cluster, selection) : selection.nodes,
  controlPlaneNames: controlPlanes(cluster).map(({ name }) => name),
  workerNames: workers(cluster).map(({ name }) => name),
  ...(cluster.etcdHosts === undefined ? {} : { etcdHosts: etcdHosts(cluster).map(({ name }) => name) }),
  maxUnavailable: workersAtOnce(cluster, { playbook, selection }),
  backupPlaces: backupPlacesOf(cluster, parameters),
  compatibility: cluster.compatibility,
  ...(ignoreWindow === undefined ? {} : { ignoreWindow }),
  encrypted: cluster.backup.recipients.length > 0,
  ...(cluster.backup.maxAgeMs === undefined ? {} : { maxBackupAgeMs: cluster.backup.maxAgeMs }),
});
