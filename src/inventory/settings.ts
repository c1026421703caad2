import { backupTargetText } from '../model/backup-target.ts';
import type { Addon, BackupHook, Cluster, MaxUnavailable, Node, SshTarget } from '../model/cluster.ts';
import { formatDuration } from '../model/duration.ts';
import type { MaintenanceHook } from '../model/maintenance-hook.ts';
import { settingsIn } from '../model/kubelet-settings.ts';
import { probeUrlText } from '../model/probe.ts';
import { hidden, redact } from '../model/redact.ts';
import type { Taint } from '../model/taint.ts';
import type { Path } from '../documents/raw.ts';
import type { Origin, Origins } from './origins.ts';

/**
 * One value as nodeops goes by it, in the form that an inventory has. Secrets are where they come from, never what they
 * are; what looks like one in an operator's own command is hidden.
 */
export interface Setting {
  readonly path: Path;
  readonly value: unknown;
  /** Missing where nobody says anything, and it is nodeops' own default. */
  readonly origin?: Origin;
}

type Row = readonly [path: Path, value: unknown, said?: readonly Path[]];

const shareText = (share: MaxUnavailable): number | string => ('count' in share ? share.count : `${share.percent}%`);

const taintText = ({ key, value, effect }: Taint): string =>
  `${key}${value === undefined ? '' : `=${value}`}:${effect}`;

const hostText = ({ host, port, user, jump }: SshTarget): string =>
  `${user}@${host.includes(':') ? `[${host}]` : host}:${port}${jump === undefined ? '' : ` through ${hostText(jump)}`}`;

const sshRows = (at: Path, ssh: SshTarget, said: (key: string) => readonly Path[]): readonly Row[] =>
  Object.entries({
    user: ssh.user,
    port: ssh.port,
    identityFile: ssh.identityFiles,
    agent: ssh.agent,
    passphrase: ssh.passphrase,
    password: ssh.password,
    knownHostsFile: ssh.knownHostsFiles,
    jump: ssh.jump === undefined ? 'none' : hostText(ssh.jump),
  }).map(([key, value]): Row => [[...at, key], value, said(key)]);

const addonValue = ({ name, work, health, timeoutMs }: Addon): unknown => ({
  name,
  ...(work.kind === 'manifest'
    ? { manifest: work.file }
    : { command: redact(work.argv, hidden), check: redact(work.check, hidden) }),
  ...(health.length === 0 ? {} : { health }),
  timeout: formatDuration(timeoutMs),
});

const hookValue = ({ name, argv, place, covers, timeoutMs }: BackupHook): unknown => ({
  name,
  command: redact(argv, hidden),
  on: place.kind === 'node' ? place.node : place.kind,
  covers: covers.map((each) =>
    each.kind === 'named'
      ? each.claim
      : {
          ...(each.namespace === undefined ? {} : { namespace: each.namespace }),
          ...(each.selector.text === '' ? {} : { selector: each.selector.text }),
        },
  ),
  timeout: formatDuration(timeoutMs),
});

const maintenanceHookValue = ({ name, of, before, after, on, timeoutMs, always }: MaintenanceHook): unknown => ({
  name,
  of,
  ...(before === undefined ? {} : { before: redact(before, hidden) }),
  ...(after === undefined ? {} : { after: redact(after, hidden) }),
  on: typeof on === 'string' ? (on === 'itself' ? 'node' : on) : on.node,
  timeout: formatDuration(timeoutMs),
  always,
});

const windowValue = ({ window }: Cluster): unknown =>
  window === undefined
    ? undefined
    : {
        cron: window.cron,
        duration: formatDuration(window.durationMs),
        timezone: window.timezone,
        blackouts: window.blackouts,
      };

const day = 86_400_000;
const ageText = (ms: number): string => (ms % day === 0 ? `${ms / day}d` : `${ms / 3_600_000}h`);

/** Nothing where the inventory has no `backup:`. */
const backupRows = ({ backup }: Cluster): readonly Row[] => {
  const { to, s3, recipients, keep, maxAgeMs, schedule, application, ssh } = backup;
  if (maxAgeMs === undefined) return [];
  const reached = to.some(({ kind }) => kind === 'ssh');
  const bucket = to.some(({ kind }) => kind === 's3');
  return [
    [['backup', 'to'], to.map(backupTargetText)],
    ...(reached
      ? sshRows(['backup', 'ssh'], ssh, (key) => [
          ['backup', 'ssh', key],
          ['ssh', key],
        ])
      : []),
    [['backup', 's3'], bucket ? s3 : undefined],
    [['backup', 'age', 'recipients'], recipients.length === 0 ? undefined : recipients],
    [['backup', 'keep', 'last'], keep.last],
    [['backup', 'keep', 'within'], keep.withinMs === undefined ? undefined : ageText(keep.withinMs)],
    [['backup', 'maxAge'], ageText(maxAgeMs)],
    [['backup', 'schedule'], schedule],
    [['backup', 'application'], application.length === 0 ? undefined : application.map(hookValue)],
  ];
};

const createRows = ({ creation }: Cluster): readonly Row[] => {
  const { endpoint, podSubnet, serviceSubnet, packages, configuration } = creation ?? {};
  return Object.entries({ endpoint, podSubnet, serviceSubnet, packages, configuration: configuration?.file }).map(
    ([key, value]): Row => [['create', key], value],
  );
};

const listed = <Item>(items: readonly Item[], form: (item: Item) => unknown = (item) => item): unknown =>
  items.length === 0 ? undefined : items.map(form);

const clusterRows = (cluster: Cluster): readonly Row[] => [
  [['labels'], Object.keys(cluster.labels).length === 0 ? undefined : cluster.labels],
  [['version'], cluster.version],
  [['protected'], cluster.protected],
  [['operators'], listed(cluster.operators)],
  [['window'], windowValue(cluster)],
  [['workers', 'maxUnavailable'], shareText(cluster.maxUnavailable)],
  [['drain', 'timeout'], formatDuration(cluster.drain.timeoutMs)],
  [['drain', 'deleteEmptyDirData'], cluster.drain.deleteEmptyDirData],
  [['apt', 'lockTimeout'], formatDuration(cluster.aptLockTimeoutMs)],
  [['maxApiDowntime'], cluster.maxApiDowntimeMs === undefined ? undefined : formatDuration(cluster.maxApiDowntimeMs)],
  [['maxEvictions'], cluster.maxEvictions],
  ...(cluster.kubelet === undefined ? [] : settingsIn(cluster.kubelet)).map(({ path, value }): Row => [
    ['kubelet', 'configuration', ...path],
    redact(value, hidden),
  ]),
  ...backupRows(cluster),
  [
    ['compatibility'],
    listed(cluster.compatibility, ({ name, image, goesWith }) => ({
      name,
      image,
      kubernetes: Object.fromEntries(goesWith.map(({ addon, kubernetes }) => [addon, kubernetes])),
    })),
  ],
  ...createRows(cluster),
  [['webhooks'], listed(cluster.webhooks ?? [])],
  [['hooks'], listed(cluster.hooks ?? [], maintenanceHookValue)],
  [['probes'], listed(cluster.probes, ({ name, from, ...target }) => ({ name, url: probeUrlText(target), from }))],
  [['cni'], cluster.cni === undefined ? undefined : addonValue(cluster.cni)],
  [['addons'], listed(cluster.addons, addonValue)],
];

const nodeRows = ({ role, address, labels, taints, ssh, become, kubeadm }: Node): readonly Row[] => [
  [['role'], role],
  [['host'], ssh.host],
  [['address'], address],
  [['labels'], labels],
  [['taints'], taints?.map(taintText)],
  ...sshRows(['ssh'], ssh, (key) => [['ssh', key]]),
  [['become'], become.method === 'sudo' && become.password !== undefined ? become : become.method],
  [['kubeadm', 'ignorePreflightErrors'], listed(kubeadm.ignorePreflightErrors)],
  [['kubeadm', 'patches'], kubeadm.patches],
  [['kubeadm', 'config'], kubeadm.config],
];

const settled = (rows: readonly Row[], originOf: (path: Path) => Origin | undefined): readonly Setting[] =>
  rows.flatMap(([path, value, said = [path]]): readonly Setting[] => {
    if (value === undefined) return [];
    const origin = said.map(originOf).find((each) => each !== undefined);
    return [{ path, value, ...(origin === undefined ? {} : { origin }) }];
  });

/** Everything that holds for a cluster as a whole, in the order of docs/inventory.md. What is not set is left out. */
export const clusterSettings = (cluster: Cluster, origins: Origins): readonly Setting[] =>
  settled(clusterRows(cluster), (path) => origins(path));

/** Everything that holds for one of its nodes, how it is reached included. */
export const nodeSettings = (node: Node, origins: Origins): readonly Setting[] =>
  settled(nodeRows(node), (path) => origins(path, node.name));
