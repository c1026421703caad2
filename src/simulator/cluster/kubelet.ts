import { byCluster, type Actor } from '../world/actor.ts';
import type { Host, KubeletService } from '../world/host.ts';
import { minorNumber, minorOf } from './component-versions.ts';
import { configuredGates, refusedGate } from './feature-gates.ts';
import { refusedAtStart, refusedSetting } from './kubelet-settings.ts';

export const kubeletConfigFile = '/var/lib/kubelet/config.yaml';
export const kubeadmFlagsFile = '/var/lib/kubelet/kubeadm-flags.env';
export const kubeletConf = '/etc/kubernetes/kubelet.conf';
export const bootstrapKubeletConf = '/etc/kubernetes/bootstrap-kubelet.conf';

/** Gone from the kubelet's flags in 1.35 (observed.md 6, 11). */
const removedFlag = '--pod-infra-container-image';

const textOf = (host: Host, path: string): string =>
  host.files.stat(path)?.kind === 'file' ? host.files.read(path) : '';

/** `1.36.3-1.1` → `1.36.3`; a package whose first unpacking came to no end has no version yet. */
export const installedVersion = (host: Host, name: string): string | undefined =>
  host.packages.get(name)?.version.replace(/-[^-]*$/, '') || undefined;

/** The first flag of a command line that a kubelet of that version does not know. */
export const unknownFlag = (version: string, flags: string): string | undefined =>
  minorNumber(version) >= 35 && flags.includes(removedFlag) ? removedFlag : undefined;

/** Why this binary with these files exits at once, as its last line says. */
const crashOf = (host: Host, version: string | undefined): string | undefined => {
  if (version === undefined) return 'Failed to locate executable /usr/bin/kubelet: No such file or directory';
  if (host.faults.kubeletWillNotStart)
    return 'E1121 09:40:00.000000    1000 run.go:74] "command failed" err="failed to run Kubelet: validate service connection: container runtime is not running"';
  if (textOf(host, kubeletConfigFile) === '')
    return `E1121 09:40:00.000000    1000 run.go:74] "command failed" err="failed to load kubelet config file, path: ${kubeletConfigFile}, error: failed to load Kubelet config file ${kubeletConfigFile}, error failed to read kubelet config file \\"${kubeletConfigFile}\\", error: open ${kubeletConfigFile}: no such file or directory"`;
  if (host.machine.swap.length > 0 && !textOf(host, kubeletConfigFile).includes('failSwapOn: false'))
    return 'E1121 09:40:00.000000    1000 run.go:74] "command failed" err="failed to run Kubelet: running with swap on is not supported, please disable swap or set --fail-swap-on flag to false"';
  const unknown = unknownFlag(version, textOf(host, kubeadmFlagsFile) + textOf(host, '/etc/default/kubelet'));
  if (unknown !== undefined)
    return `E1121 09:40:00.000000    1000 run.go:74] "command failed" err="failed to parse kubelet flag: unknown flag: ${unknown}"`;
  const refused = refusedGate(version, configuredGates(textOf(host, kubeletConfigFile)));
  if (refused !== undefined)
    return `E1121 09:40:00.000000    1000 run.go:74] "command failed" err="failed to set feature gates from initial flags-based config: ${refused}"`;
  const why = refusedSetting(textOf(host, kubeletConfigFile)) ?? refusedAtStart(textOf(host, kubeletConfigFile));
  return why === undefined ? undefined : `E1121 09:40:00.000000    1000 run.go:72] "command failed" err="${why}"`;
};

export interface KubeletListeners {
  /** `restartsPods`: it is of another minor than the one before it, which restarts a control plane's static pods. */
  started(restartsPods: boolean, actor: Actor): void;
  stopped(): void;
}

/** The kubelet of one host: what a start of its service finds, and what follows. */
export class Kubelets implements KubeletService {
  readonly #host: Host;
  readonly #listeners: KubeletListeners;
  /** Of the kubelet before: its containers are known to the next one only within a minor (observed.md 3, 7). */
  #before: string | undefined;
  #boot: string;

  constructor(host: Host, listeners: KubeletListeners) {
    this.#host = host;
    this.#listeners = listeners;
    this.#before = host.kubelet.running;
    this.#boot = host.boot.id;
  }

  start(actor: Actor): void {
    const { kubelet, name, kernel, world } = this.#host;
    if (kubelet.running !== undefined) return;
    const version = installedVersion(this.#host, 'kubelet');
    const crash = crashOf(this.#host, version);
    kubelet.crashes = crash;
    if (crash !== undefined || version === undefined) return;
    kubelet.running = version;
    kubelet.server = serverIn(this.#host);
    kubelet.configuration = textOf(this.#host, kubeletConfigFile);
    kubelet.since = kernel.now;
    const rebooted = this.#boot !== this.#host.boot.id;
    const crossed = this.#before !== undefined && minorOf(this.#before) !== minorOf(version);
    this.#before = version;
    this.#boot = this.#host.boot.id;
    world.emit({ type: 'kubelet-started', host: name, version, actor });
    this.#listeners.started(crossed && !rebooted, actor);
  }

  stop(actor: Actor): void {
    const { kubelet, name, world } = this.#host;
    const version = kubelet.running;
    kubelet.crashes = undefined;
    if (version === undefined) return;
    kubelet.running = undefined;
    kubelet.since = this.#host.kernel.now;
    this.#listeners.stopped();
    world.emit({ type: 'kubelet-stopped', host: name, version, actor });
  }

  /** The host went down under it. */
  lost(): void {
    this.stop(byCluster);
  }
}

const serverIn = (host: Host): string => /^ *server: https:\/\/(\S+)$/m.exec(textOf(host, kubeletConf))?.[1] ?? '';

/** The address of the API server that this host's kubelet talks to, or will once it runs: `172.31.0.11:6443`. */
export const kubeletServer = (host: Host): string =>
  (host.kubelet.running === undefined ? undefined : host.kubelet.server) ?? serverIn(host);
