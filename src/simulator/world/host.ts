import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { Actor } from './actor.ts';
import type { WorldEvent } from './events.ts';
import type { Files } from './files.ts';
import type { Archive, Etcd, KubeObject, Objects, Offers } from './world.ts';

export interface Package {
  name: string;
  /** Deb version: `1.36.3-1.1`; dpkg shows the new one as soon as it is unpacked. */
  version: string;
  /** As dpkg's db:Status-Status: what a kill in the middle leaves (`observed.md` 2). */
  status: 'installed' | 'unpacked' | 'half-installed' | 'half-configured';
  held: boolean;
  /** Unpacked, and not tidied up behind it: dpkg configures it only after it was unpacked again (recorded: `iUR`). */
  reinstall?: boolean;
}

/** A unit of systemd: kubelet, containerd, and transient ones that systemd-run made. */
export interface Unit {
  name: string;
  state: 'active' | 'inactive' | 'failed' | 'activating';
  subState: string;
  result: 'success' | 'exit-code' | 'signal' | 'timeout';
  mainPid: number;
  exitCode: number | undefined;
  /** Ends its processes: SIGTERM, or SIGKILL at once. */
  kill(signal: 'TERM' | 'KILL', actor: Actor): void;
}

/** A process of the simulation: what a channel runs, what a unit runs. */
export interface Process {
  readonly pid: number;
  readonly actor: Actor;
  readonly line: string;
}

/** What the kubelet of a host is doing. `binary` follows the package once the service is restarted. */
export interface Kubelet {
  running: string | undefined;
  since: number;
  /** It exits at once: an unknown flag, a bad configuration. Systemd starts it again and again. */
  crashes: string | undefined;
  /** The API server that its kubeconfig named when it started: `172.31.0.11:6443`. */
  server: string | undefined;
  /** Its configuration file as it was when it started. */
  configuration: string;
}

/**
 * What systemd does to the kubelet: it runs the binary that is installed. A start whose binary exits at once leaves
 * `kubelet.crashes` set and `running` undefined; systemd then asks again, which finds the cause gone or not.
 */
export interface KubeletService {
  start(actor: Actor): void;
  stop(actor: Actor): void;
}

/** What befalls one container of a static pod, whatever its manifest says. */
export interface ComponentService {
  /** It ends, and stays ended until something starts it: `start`, a changed manifest, a kubelet that begins. */
  stop(name: Component['name'], actor: Actor): void;
  /** The kubelet takes up the manifest again; nothing where none runs or the container does. */
  start(name: Component['name'], actor: Actor): void;
  /** Its process gets a signal; the kubelet starts the container again where it is. */
  signal(name: Component['name'], signal: 'TERM' | 'KILL', actor: Actor): void;
}

/** A static pod's container as the runtime has it. */
export interface Component {
  name: 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';
  image: string;
  version: string;
  /** Of its process, and what that was started with; both of the last one where it is stopped. */
  pid: number;
  argv: readonly string[];
  /** When that process began. */
  startedAt: number;
  /** Files of certificates that its command line names, as they were when it began: path → text. */
  certificates: ReadonlyMap<string, string>;
  /** `ending`: it was asked to end, serves nobody any more, and its process is still there. */
  state: 'running' | 'starting' | 'ending' | 'stopped';
  /** When its present state began. */
  since: number;
  /** Who made it stop, when it is not running: the oracle asks whether an outage is ours. */
  stoppedBy: Actor | undefined;
}

/** What the kernel of a host knows of networks beyond its own address; gone with a restart. */
export interface HostNetwork {
  /** Made by CNI plug-ins. */
  readonly interfaces: Set<string>;
  /** Lines as `iptables-save` prints them, without the frame of a table. */
  rules: readonly string[];
}

/** What a machine has, and what its kernel was told. */
export interface Machine {
  readonly cpus: number;
  readonly memoryKiB: number;
  /** `net.ipv4.ip_forward`: now, and after a start that nothing below /etc/sysctl.d changes. */
  forwards: boolean;
  readonly forwardsAtStart: boolean;
  /** Devices that are in use; what /etc/fstab names is turned on with each start. */
  swap: readonly string[];
  /** TCP ports of programs that have nothing to do with Kubernetes. */
  readonly listeners: readonly number[];
}

export interface Host {
  readonly world: World;
  readonly kernel: Kernel;
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  readonly address: string;
  /** As /etc/machine-id and the Node object have it. */
  readonly machineId: string;
  readonly files: Files;
  readonly packages: Map<string, Package>;
  readonly units: Map<string, Unit>;
  readonly kubelet: Kubelet;
  readonly services: { readonly kubelet: KubeletService; readonly components: ComponentService };
  /** Empty on a worker. */
  readonly components: Map<Component['name'], Component>;
  /** That the runtime has pulled: kubeadm's preflight asks the registry for no others. */
  readonly images: Set<string>;
  power: 'up' | 'down';
  /** `release`: of the kernel that runs, as `uname -r` says it. */
  boot: { id: string; at: number; pid1Start: number; release: string };
  /** Its own clock minus the simulation's. */
  clockOffsetMs: number;
  disk: { bytes: number; foreignBytes: number };
  readonly network: HostNetwork;
  readonly machine: Machine;
  /** What `sudo -n` does: works, or asks for a password. */
  sudo: 'free' | 'asks';
  /** fcntl locks on apt's and dpkg's files: path → pid and command line of the holder. */
  readonly fileLocks: Map<string, { pid: number; line: string }>;
  /** Packages cannot be fetched from here, images cannot be pulled from here. */
  faults: { repository: 'ok' | 'down' | 'corrupt'; registry: 'ok' | 'down'; kubeletWillNotStart: boolean };
}

/** Why an API server does not answer as it should. */
export type ApiTrouble =
  /** Its host does not answer at all. */
  | 'unreachable'
  /** Nothing listens on its port. */
  | 'refused'
  /** It listens, its roles are not loaded yet. */
  | 'forbidden'
  /** Its own etcd member does not serve, or there is no quorum: requests hang. */
  | 'no-etcd'
  /** It serves, over an etcd that began with nothing: nobody is known to it but by certificate (observed.md 4). */
  | 'empty-etcd'
  /** It serves, but not every API group is announced yet. */
  | 'discovering';

export interface ApiState {
  /** It answers requests; `discovering` is the only trouble that it may have all the same. */
  readonly serving: boolean;
  readonly version: string;
  readonly why?: ApiTrouble;
}

/** What the API server does with pods beyond storing them. */
export interface PodActions {
  /** Refused: the names of the budgets that do not allow it now. A dry run changes nothing. */
  evict(
    pod: KubeObject,
    actor: Actor,
    options?: { readonly dryRun?: boolean },
  ): { readonly refusedBy: readonly string[] };
  /** A plain deletion: no budget is asked. */
  delete(pod: KubeObject, actor: Actor, options?: { readonly forced?: boolean; readonly graceMs?: number }): void;
}

/** What the container runtime does to a static pod's container behind the kubelet's back. */
export interface ContainerActions {
  /** It stays ended until something starts it: a new manifest, a new kubelet, `start`. */
  stop(host: Host, name: Component['name'], actor: Actor): void;
  /** The kubelet starts it again, where one runs. */
  start(host: Host, name: Component['name'], actor: Actor): void;
}

export interface World {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly cluster: string;
  readonly hosts: Map<string, Host>;
  readonly objects: Objects;
  readonly etcd: Etcd;
  readonly offers: Offers;
  /** Of the operating system: what they offer now. */
  readonly archives: readonly Archive[];
  readonly pods: PodActions;
  readonly containers: ContainerActions;
  /** What kubeadm calls controlPlaneEndpoint: `172.31.0.2:6443`, a load balancer where there are several. */
  readonly endpoint: string;
  /** Another machine takes the name and the address of one that is gone: with packages, and nothing of a cluster. */
  exchange(gone: Host): Host;
  /** Whether this host's API server answers requests at this moment, and as which version. */
  apiServer(host: string): ApiState;
  emit(event: WorldEvent): void;
  listen(listener: (event: WorldEvent) => void): void;
}
