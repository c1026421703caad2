import type { Addon, AddonWork, Cluster, Creation, Node } from '../model/cluster.ts';
import type { AddonSettings } from './addon-schema.ts';
import { bothPatches, isSettings } from '../model/kubelet-settings.ts';
import type { MaintenanceWindow } from '../model/maintenance-window.ts';
import { backupSettings } from './backup-settings.ts';
import { becomeOf, kubeadmOptions, sshTarget } from './layers.ts';
import type { Operator } from './layers.ts';
import type { ClusterSettings, LayerSettings, NodeSettings } from './schema.ts';

/** What a cluster is built from besides its own settings. */
export interface BuildContext {
  readonly defaults: LayerSettings;
  readonly operator: Operator;
  readonly manifests: ReadonlyMap<string, string>;
  /** Where the inventory lies, as an absolute path. */
  readonly directory: string;
}

/** `prod.yaml:12`: where what is built is written. */
export interface Places {
  readonly source: string;
  readonly windowSource: string;
}

const tenMinutes = 600_000;
/** Unattended upgrades take minutes. */
const fiveMinutes = 300_000;

/** A validated cluster with its layers applied and every default filled in. */
export const buildCluster = (
  settings: ClusterSettings,
  { source, windowSource }: Places,
  context: BuildContext,
): Cluster => {
  const { defaults, operator, directory } = context;
  const ssh = [defaults.ssh ?? {}, settings.ssh ?? {}];
  const drain = { ...defaults.drain, ...settings.drain };
  const kubelet = bothPatches(defaults.kubelet?.configuration ?? {}, settings.kubelet?.configuration ?? {});
  const maxApiDowntimeMs = settings.maxApiDowntime ?? defaults.maxApiDowntime;
  const hosts = settings.nodes.map((node) => buildNode(node, settings, context));
  const etcd = hosts.filter(({ role }) => role === 'etcd');
  return {
    name: settings.name,
    labels: settings.labels ?? {},
    protected: settings.protected ?? false,
    operators: settings.operators ?? defaults.operators ?? [],
    maxUnavailable: settings.workers?.maxUnavailable ?? defaults.workers?.maxUnavailable ?? { count: 1 },
    drain: { timeoutMs: drain.timeout ?? tenMinutes, deleteEmptyDirData: drain.deleteEmptyDirData ?? false },
    aptLockTimeoutMs: settings.apt?.lockTimeout ?? defaults.apt?.lockTimeout ?? fiveMinutes,
    addons: (settings.addons ?? []).map((addon) => buildAddon(addon, addon.name, context)),
    backup: backupSettings([defaults.backup, settings.backup], { ssh, operator, directory }),
    compatibility: (settings.compatibility ?? defaults.compatibility ?? []).map(({ name, image, kubernetes }) => ({
      name,
      image,
      goesWith: Object.entries(kubernetes).map(([addon, range]) => ({ addon, kubernetes: range })),
    })),
    creation: buildCreation([defaults.create, settings.create], context),
    probes: (settings.probes ?? []).map(({ name, url, from = 'cluster' }) => ({ name, from, ...url })),
    webhooks: settings.webhooks ?? defaults.webhooks ?? [],
    nodes: hosts.filter(({ role }) => role !== 'etcd'),
    ...(etcd.length === 0 ? {} : { etcdHosts: etcd }),
    source,
    ...(settings.window === undefined ? {} : { window: buildWindow(settings.window, windowSource) }),
    ...(maxApiDowntimeMs === undefined ? {} : { maxApiDowntimeMs }),
    ...(settings.version === undefined ? {} : { version: settings.version }),
    ...(isSettings(kubelet) && Object.keys(kubelet).length > 0 ? { kubelet } : {}),
    ...(settings.cni === undefined ? {} : { cni: buildAddon(settings.cni, 'cni', context) }),
  };
};

/** Defaults are kubeadm's own, but for the pods' subnet, which it has none for: the one of most CNIs' manifests. */
const buildCreation = (layers: readonly LayerSettings['create'][], { manifests }: BuildContext): Creation => {
  const [defaults, own] = layers;
  const { configuration: file, endpoint, ...settings } = { ...defaults, ...own };
  return {
    podSubnet: '10.244.0.0/16',
    serviceSubnet: '10.96.0.0/12',
    packages: 'https://pkgs.k8s.io/core:/stable:',
    ...settings,
    ...(endpoint === undefined ? {} : { endpoint: /:\d+$/.test(endpoint) ? endpoint : `${endpoint}:6443` }),
    ...(file === undefined ? {} : { configuration: { file, text: manifests.get(file) ?? '' } }),
  };
};

const buildWindow = (
  { cron, duration, timezone, blackouts = [] }: NonNullable<ClusterSettings['window']>,
  source: string,
): MaintenanceWindow => ({ cron, durationMs: duration, timezone, blackouts, source });

const buildNode = (node: NodeSettings, cluster: ClusterSettings, { defaults, operator }: BuildContext): Node => {
  const layers = [defaults, cluster, node];
  const ssh = sshTarget(
    node.host,
    layers.map((layer) => layer.ssh ?? {}),
    operator,
  );
  return {
    name: node.name,
    role: node.role,
    ...(node.address === undefined ? {} : { address: node.address }),
    ...(node.labels === undefined ? {} : { labels: node.labels }),
    ...(node.taints === undefined ? {} : { taints: node.taints }),
    ssh,
    become: becomeOf(
      layers.map((layer) => layer.become),
      ssh.user,
    ),
    kubeadm: kubeadmOptions(layers.map((layer) => layer.kubeadm ?? {})),
  };
};

const buildAddon = (settings: AddonSettings, name: string, { manifests }: BuildContext): Addon => ({
  name: settings.name ?? name,
  work: workOf(settings, manifests),
  health: settings.health ?? [],
  timeoutMs: settings.timeout ?? tenMinutes,
});

/** The rules have made sure that there is exactly one of the two. */
const workOf = ({ manifest, command, check }: AddonSettings, manifests: ReadonlyMap<string, string>): AddonWork =>
  manifest === undefined
    ? { kind: 'command', argv: command ?? [], check: check ?? [] }
    : { kind: 'manifest', file: manifest, text: manifests.get(manifest) ?? '' };
