import type { Kernel } from '../kernel.ts';
import type { Actor } from './actor.ts';
import type { Files } from './files.ts';
import type { World } from './world.ts';

export interface Package {
  name: string;
  /** Deb version: `1.36.3-1.1`; dpkg shows the new one as soon as it is unpacked. */
  version: string;
  /** As dpkg's db:Status-Status: what a kill in the middle leaves (`observed.md` 2). */
  status: 'installed' | 'unpacked' | 'half-installed' | 'half-configured';
  held: boolean;
}

/** A unit of systemd: kubelet, containerd, and transient ones that systemd-run made. */
export interface Unit {
  name: string;
  state: 'active' | 'inactive' | 'failed' | 'activating';
  subState: string;
  result: 'success' | 'exit-code' | 'signal';
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
}

/** A static pod's container as the runtime has it. */
export interface Component {
  name: 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';
  image: string;
  version: string;
  state: 'running' | 'starting' | 'stopped';
  /** When its present state began. */
  since: number;
  /** Who made it stop, when it is not running: the oracle asks whether an outage is ours. */
  stoppedBy: Actor | undefined;
}

export interface Host {
  readonly world: World;
  readonly kernel: Kernel;
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  readonly address: string;
  readonly files: Files;
  readonly packages: Map<string, Package>;
  readonly units: Map<string, Unit>;
  readonly kubelet: Kubelet;
  /** Empty on a worker. */
  readonly components: Map<Component['name'], Component>;
  power: 'up' | 'down';
  boot: { id: string; at: number; pid1Start: number };
  /** Its own clock minus the simulation's. */
  clockOffsetMs: number;
  disk: { bytes: number; foreignBytes: number };
  /** What `sudo -n` does: works, or asks for a password. */
  sudo: 'free' | 'asks';
  /** fcntl locks on apt's and dpkg's files: path → pid and command line of the holder. */
  readonly fileLocks: Map<string, { pid: number; line: string }>;
  /** Packages cannot be fetched from here, images cannot be pulled from here. */
  faults: { repository: 'ok' | 'down' | 'corrupt'; registry: 'ok' | 'down'; kubeletWillNotStart: boolean };
}
