/** What an independent look at one machine tells; the same of a real node and of a simulated one. */
export interface MachineState {
  /** Package → status as `dpkg-query` abbreviates it (`hi `) and deb version, with one space: `hi 1.35.4-1.1`. */
  readonly packages: Readonly<Record<string, string>>;
  /** Names, sorted, as `apt-mark showhold` says them. */
  readonly held: readonly string[];
  /** Whether a dpkg did not end well: files in /var/lib/dpkg/updates. */
  readonly interrupted: boolean;
  /** Unit → `ActiveState=… LoadState=… NeedDaemonReload=… Result=… SubState=…`: kubelet, containerd, transient ones. */
  readonly units: Readonly<Record<string, string>>;
  /** Version of the running kubelet's binary, without `v`; absent where none runs. */
  readonly kubelet?: string;
  /** Path → SHA-256 of the content, 16 hexadecimal digits: below /etc/kubernetes, /etc/apt and /var/lib/nodeops, and the kubelet's own. */
  readonly files: Readonly<Record<string, string>>;
  /** Names below /var/lib/nodeops, /etc/kubernetes/tmp and of files in /var/lib/etcd, directories with a slash at the end; apt's lists. */
  readonly listing: readonly string[];
  /** Packages that apt has kept; absent from recordings that did not look. */
  readonly archives?: readonly string[];
  /** As /proc/sys/kernel/random/boot_id says it. */
  readonly bootId: string;
}

export interface NodeState {
  readonly name: string;
  readonly cordoned: boolean;
  /** Those of nodeops only. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `key=value:effect`, sorted. */
  readonly taints: readonly string[];
  /** Of the condition Ready: True, False, Unknown. */
  readonly ready: string;
  readonly kubelet: string;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly runtime: string;
  readonly osImage: string;
}

export interface PodState {
  readonly namespace: string;
  readonly name: string;
  readonly node?: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly deleting: boolean;
  readonly mirror: boolean;
  /** `ReplicaSet/web-6b7f`; absent for a bare pod. */
  readonly owner?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly emptyDirs: readonly string[];
  readonly images: readonly string[];
  readonly priorityClass?: string;
}

export interface WorkloadState {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly images: readonly string[];
  readonly replicas: number;
  readonly ready: number;
  readonly updated: number;
  readonly generation: number;
}

export interface BudgetState {
  readonly namespace: string;
  readonly name: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly allowed: number;
}

export interface LeaseState {
  readonly name: string;
  readonly holder: string;
  readonly transitions: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What the API holds, as far as both sides have it. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  readonly pods: readonly PodState[];
  readonly workloads: readonly WorkloadState[];
  readonly budgets: readonly BudgetState[];
  /** Of kube-system, those of nodeops. */
  readonly leases: readonly LeaseState[];
  /** `kube-system/kubeadm-config` → key → SHA-256 of the text, 16 digits. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface LabState {
  readonly machines: Readonly<Record<string, MachineState>>;
  /** Absent where no API server of the cluster answered. */
  readonly cluster?: ClusterState;
}
