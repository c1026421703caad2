import type { Addon, AddonWork, Cluster, Creation, Node } from '../model/cluster.ts';
import type { AddonSettings } from './addon-schema.ts';
import { bothPatches, isSettings } from '../model/kubelet-settings.ts';
import type { MaintenanceWindow } from '../model/maintenance-window.ts';
import { backupSettings } from './backup-settings.ts';
import { becomeOf, kubeadmOptions, sshTarget } from './layers.ts';
import type { Operator } from './layers.ts';
import type { ClusterSettings, LayerSettings, NodeSettings } from './schema.ts';
import type { PlacedLayer } from './shared-settings.ts';

/** What a cluster is built from besides its own settings. */
export interface BuildContext {
  /** What is said for it, the most general first; the last is the cluster itself. */
  readonly layers: readonly PlacedLayer[];
  readonly operator: Operator;
  readonly manifests: ReadonlyMap<string, string>;
  /** `prod.yaml:12`: where it is written. */
  readonly source: string;
  readonly windowSource: string;
}

const tenMinutes = 600_000;
/** Unattended upgrades take minutes. */
const fiveMinutes = 300_000;

/** Every answer of the layers to a question, the most general first. */
const saidIn = <Value>(
  layers: readonly PlacedLayer[],
  question: (layer: LayerSettings) => Value | undefined,
): readonly Value[] =>
  layers.flatMap(({ settings }) => {
    const value = question(settings);
    return value === undefined ? [] : [value];
  });

/** A validated cluster with its layers applied and every default filled in. */
export const buildCluster = (settings: ClusterSettings, context: BuildContext): Cluster => {
  const { layers, operator, source } = context;
  const last = <Value>(question: (layer: LayerSettings) => Value | undefined) => saidIn(layers, question).at(-1);
  const ssh = layers.map((layer) => layer.settings.ssh ?? {});
  const kubelet = saidIn(layers, (layer) => layer.kubelet?.configuration).reduce<unknown>(bothPatches, {});
  const version = last((layer) => layer.version);
  const window = last((layer) => layer.window);
  const maxEvictions = last((layer) => layer.maxEvictions);
  const maxApiDowntimeMs = last(({ maxApiDowntime }) => maxApiDowntime);
  const hosts = settings.nodes.filter(({ spare }) => spare !== true).map((node) => buildNode(node, context));
  const spares = settings.nodes.filter(({ spare }) => spare === true).map((node) => buildNode(node, context));
  const etcd = hosts.filter(({ role }) => role === 'etcd');
  return {
    name: settings.name,
    labels: settings.labels ?? {},
    protected: last((layer) => layer.protected) ?? false,
    operators: last(({ operators }) => operators) ?? [],
    maxUnavailable: last(({ workers }) => workers?.maxUnavailable) ?? { count: 1 },
    drain: {
      timeoutMs: last(({ drain }) => drain?.timeout) ?? tenMinutes,
      deleteEmptyDirData: last(({ drain }) => drain?.deleteEmptyDirData) ?? false,
    },
    aptLockTimeoutMs: last(({ apt }) => apt?.lockTimeout) ?? fiveMinutes,
    addons: (settings.addons ?? []).map((addon) => buildAddon(addon, addon.name, context)),
    backup: backupSettings(layers, { ssh, operator }),
    compatibility: (last(({ compatibility }) => compatibility) ?? []).map(({ name, image, kubernetes }) => ({
      name,
      image,
      goesWith: Object.entries(kubernetes).map(([addon, range]) => ({ addon, kubernetes: range })),
    })),
    creation: buildCreation(context),
    probes: (settings.probes ?? []).map(({ name, url, from = 'cluster' }) => ({ name, from, ...url })),
    webhooks: last(({ webhooks }) => webhooks) ?? [],
    hooks: last(({ hooks }) => hooks) ?? [],
    // A hook runs where the file lies that names it.
    directory: (layers.findLast(({ settings: { hooks } }) => hooks !== undefined) ?? layers.at(-1))?.directory ?? '',
    nodes: hosts.filter(({ role }) => role !== 'etcd'),
    ...(spares.length === 0 ? {} : { spares }),
    ...(etcd.length === 0 ? {} : { etcdHosts: etcd }),
    source,
    ...(window === undefined || window === 'none' ? {} : { window: buildWindow(window, context.windowSource) }),
    ...(maxApiDowntimeMs === undefined ? {} : { maxApiDowntimeMs }),
    ...(maxEvictions === undefined ? {} : { maxEvictions }),
    ...(version === undefined ? {} : { version }),
    ...(isSettings(kubelet) && Object.keys(kubelet).length > 0 ? { kubelet } : {}),
    ...(settings.cni === undefined ? {} : { cni: buildAddon(settings.cni, 'cni', context) }),
  };
};

/** Defaults are kubeadm's own, but for the pods' subnet, which it has none for: the one of most CNIs' manifests. */
const buildCreation = ({ layers, manifests }: BuildContext): Creation => {
  const merged: NonNullable<LayerSettings['create']> = Object.assign({}, ...saidIn(layers, ({ create }) => create));
  const { configuration: file, endpoint, ...settings } = merged;
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
  { cron, duration, timezone, blackouts = [] }: Exclude<LayerSettings['window'], 'none' | undefined>,
  source: string,
): MaintenanceWindow => ({ cron, durationMs: duration, timezone, blackouts, source });

const buildNode = (node: NodeSettings, { layers: above, operator }: BuildContext): Node => {
  const layers = [...above.map(({ settings }) => settings), node];
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
