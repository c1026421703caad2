import type { KubeletSettings } from './kubelet-settings.ts';
import type { LabelRequirement } from './label-selector.ts';
import type { MaintenanceHook } from './maintenance-hook.ts';
import type { MaintenanceWindow } from './maintenance-window.ts';
import type { ProbeTarget } from './probe.ts';
import type { Taint } from './taint.ts';
import type { AddonCompatibility } from './version-range.ts';
import type { Version } from './version.ts';
import type { Webhook } from './webhook.ts';
import type { AtOnce, Wave } from './wave.ts';

/** `etcd`: a host that runs a member of etcd and no kubelet. Kubernetes does not know it. */
export type Role = 'control-plane' | 'worker' | 'etcd';

/** Where a secret comes from; never the secret itself. */
export type SecretSource = { readonly env: string } | { readonly prompt: true };

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute paths, `~` already resolved. Tried in order, after the agent. */
  readonly identityFiles: readonly string[];
  /** Use the agent at $SSH_AUTH_SOCK when there is one. */
  readonly agent: boolean;
  readonly passphrase?: SecretSource;
  readonly password?: SecretSource;
  /** Absolute paths of known_hosts files. Host keys are always checked against them. */
  readonly knownHostsFiles: readonly string[];
  readonly jump?: SshTarget;
}

export type Become = { readonly method: 'none' } | { readonly method: 'sudo'; readonly password?: SecretSource };

export interface KubeadmOptions {
  readonly ignorePreflightErrors: readonly string[];
  /** Directory of patches on the node, passed as `--patches`. */
  readonly patches?: string;
  /** UpgradeConfiguration file on the node, passed as `--config`. */
  readonly config?: string;
}

export interface Node {
  readonly name: string;
  readonly role: Role;
  /** Which of the host's addresses its kubelet, API server and etcd announce; the one of its default route where it is missing. */
  readonly address?: string;
  /** What its Node object gets when it joins. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly ssh: SshTarget;
  readonly become: Become;
  readonly kubeadm: KubeadmOptions;
}

export interface DrainOptions {
  readonly timeoutMs: number;
  readonly deleteEmptyDirData: boolean;
}

/** `count` nodes, or `percent` of the workers rounded down; at least one in both cases. */
export type MaxUnavailable = { readonly count: number } | { readonly percent: number };

/** A workload whose rollout tells that an add-on works: `deployment/coredns` in `kube-system`. */
export interface RolloutRef {
  readonly namespace: string;
  readonly resource: string;
}

/** A manifest (its text, read at load time) or a command with the check that tells whether it is needed. */
export type AddonWork =
  | { readonly kind: 'manifest'; readonly file: string; readonly text: string }
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly check: readonly string[] };

export interface Addon {
  readonly name: string;
  readonly work: AddonWork;
  readonly health: readonly RolloutRef[];
  readonly timeoutMs: number;
}

/** Where backups are kept. */
export type BackupTarget =
  | { readonly kind: 'directory'; readonly path: string }
  /** `user` and `port` where the address does not name them: as the inventory says. */
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly port?: number;
      readonly user?: string;
      readonly path: string;
    }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

/** How an S3-compatible store is reached. Credentials come from the environment or a file, never from here. */
export interface S3Options {
  /** Missing for Amazon's own. */
  readonly endpoint?: string;
  readonly region?: string;
  /** The bucket in the path instead of the host name. */
  readonly pathStyle: boolean;
}

/** Claims whose content a hook saves: one by its name, or those of a namespace, with certain labels, or both. */
export type CoveredClaims =
  | { readonly kind: 'named'; readonly claim: string }
  | {
      readonly kind: 'selected';
      readonly namespace?: string;
      readonly selector: { readonly text: string; readonly labels: readonly LabelRequirement[] };
    };

/** Where a hook runs. */
export type HookPlace =
  /** This machine, in the directory of the inventory. */
  | { readonly kind: 'operator'; readonly directory: string }
  /** One that answers. */
  | { readonly kind: 'control-plane' }
  | { readonly kind: 'node'; readonly node: string };

/** What saves what neither etcd nor the nodes' configuration hold: the content of volumes, for instance. */
export interface BackupHook {
  readonly name: string;
  readonly argv: readonly string[];
  readonly place: HookPlace;
  readonly covers: readonly CoveredClaims[];
  readonly timeoutMs: number;
}

export interface BackupSettings {
  readonly to: readonly BackupTarget[];
  /** How hosts of `ssh://` are reached; the address says which host. */
  readonly ssh: SshTarget;
  readonly s3: S3Options;
  /** age's public keys; nothing is encrypted where there are none. */
  readonly recipients: readonly string[];
  /** What is kept of older backups; everything where both are missing. */
  readonly keep: { readonly last?: number; readonly withinMs?: number };
  /** How old the newest verified backup may be before an upgrade warns; missing where the inventory has no `backup:`. */
  readonly maxAgeMs?: number;
  /** When, as systemd's OnCalendar says it. */
  readonly schedule?: string;
  readonly application: readonly BackupHook[];
}

/** What a cluster is made with. */
export interface Creation {
  /** Where its API servers are asked for (`controlPlaneEndpoint`). */
  readonly endpoint?: string;
  /** One subnet, or one of each address family with a comma. */
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  /** Where the packages of Kubernetes come from: what is before `/v1.36/deb/`. */
  readonly packages: string;
  /** Documents of kubeadm's configuration that go before what nodeops writes. */
  readonly configuration?: { readonly file: string; readonly text: string };
}

export interface Cluster {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The wish; `--to` overrides it. */
  readonly version?: Version;
  readonly protected: boolean;
  /** Who may touch it where it is protected: `user` or `user@host`. */
  readonly operators: readonly string[];
  readonly maxUnavailable: MaxUnavailable;
  readonly drain: DrainOptions;
  /** What all kubelets are to be configured with: a merge patch, rolled out by a command of its own. */
  readonly kubelet?: KubeletSettings;
  /** How long the locks of apt and dpkg are waited for. */
  readonly aptLockTimeoutMs: number;
  /** The wave that it goes with, where the inventory declares waves. */
  readonly wave?: Wave;
  /** With how many of its like it may go at once; missing where the inventory limits none. */
  readonly atOnce?: readonly AtOnce[];
  /** Applied after the first control plane. */
  readonly cni?: Addon;
  /** Applied after the last worker, in order. */
  readonly addons: readonly Addon[];
  readonly backup: BackupSettings;
  readonly creation?: Creation;
  /** Which versions of its add-ons go with which of Kubernetes. */
  readonly compatibility: readonly AddonCompatibility[];
  /** What is asked while a run goes on, beside the API. */
  readonly probes: readonly ProbeTarget[];
  /** Who is told how runs go. */
  readonly webhooks?: readonly Webhook[];
  /** What is run before and after its nodes are taken out of service, or it is worked on. */
  readonly hooks?: readonly MaintenanceHook[];
  /** Where its inventory lies, as an absolute path: what runs on this machine for it runs there. */
  readonly directory?: string;
  /** When it may be worked on; always where it is missing. */
  readonly window?: MaintenanceWindow;
  /** For so long the API may be away in all before a run begins no further node; no limit where it is missing. */
  readonly maxApiDowntimeMs?: number;
  /** Somebody is told where a run evicts more pods; nobody where it is missing. */
  readonly maxEvictions?: number;
  /** What Kubernetes knows as its nodes. */
  readonly nodes: readonly Node[];
  /** Workers that are no nodes until one more is needed for a while. */
  readonly spares?: readonly Node[];
  /** Hosts that run the members of etcd; missing where control planes do. No step about nodes is for one of them. */
  readonly etcdHosts?: readonly Node[];
  /** `prod.yaml:12`: where the cluster begins, for messages. */
  readonly source: string;
}

export const controlPlanes = (cluster: Cluster): readonly Node[] =>
  cluster.nodes.filter((node) => node.role === 'control-plane');
export const workers = (cluster: Cluster): readonly Node[] => cluster.nodes.filter((node) => node.role === 'worker');

export const etcdHosts = (cluster: Cluster): readonly Node[] => cluster.etcdHosts ?? [];
/** Where the members of etcd run: on hosts of their own, or on the control planes. */
export const etcdPlaces = (cluster: Cluster): readonly Node[] => cluster.etcdHosts ?? controlPlanes(cluster);
/** All that is reached over SSH: nodes, then etcd hosts; spare machines once they are nodes. */
export const allHosts = (cluster: Cluster): readonly Node[] => [...cluster.nodes, ...etcdHosts(cluster)];
