import type { Timer } from '../kernel.ts';
import { newPid } from '../shell/proc.ts';
import { byCluster, type Actor } from '../world/actor.ts';
import type { Host, Unit } from '../world/host.ts';
import { log } from './journal.ts';
import { kubeletUnitFiles } from './package-files.ts';

/** `RestartSec=10` of kubelet.service. */
const restartMs = 10_000;
/** A kubelet that gives up does so this long after its start: `systemctl restart` has returned 0 by then. */
const crashMs = 150;

const title = 'kubelet.service - kubelet: The Kubernetes Node Agent';

/** kubelet.service: `Type=simple`, `Restart=always`, started at boot. What a start does is the kubelet's own affair. */
export class KubeletUnit implements Unit {
  readonly name = 'kubelet.service';
  readonly description = 'kubelet: The Kubernetes Node Agent';
  result: Unit['result'] = 'success';
  mainPid: number;
  exitCode: number | undefined;
  mainCode = 0;
  mainStatus = 0;
  /** When its process was started last, in ms since the epoch by the host's clock of then. */
  startedAt: number;
  /** The same in virtual time, which no clock changes. */
  begunAt: number;
  readonly #host: Host;
  /** Between a start and the moment in which a kubelet that cannot run gives up. */
  #crashing: Timer | undefined;
  #restart: Timer | undefined;
  #restarts = 0;
  #loaded: string;

  constructor(host: Host) {
    this.#host = host;
    this.mainPid = newPid(host);
    this.#loaded = this.#onDisk();
    this.startedAt = host.kubelet.since;
    this.begunAt = host.kubelet.since;
  }

  get #runs(): boolean {
    return this.#host.kubelet.running !== undefined || this.#crashing !== undefined;
  }
  get state(): Unit['state'] {
    if (this.#runs) return 'active';
    return this.#restart === undefined ? 'inactive' : 'activating';
  }
  get subState(): string {
    if (this.#runs) return 'running';
    return this.#restart === undefined ? 'dead' : 'auto-restart';
  }

  /** What `readlink /proc/PID/exe` says: the file that it was started from may be gone. */
  get executable(): string {
    const { kubelet, packages } = this.#host;
    const installed = packages.get('kubelet')?.version ?? '';
    const same = kubelet.running === undefined || installed.startsWith(`${kubelet.running}-`);
    return same ? '/usr/bin/kubelet' : '/usr/bin/kubelet (deleted)';
  }

  /** Its files changed after systemd read them. */
  get needsReload(): boolean {
    return this.#loaded !== this.#onDisk();
  }

  reload(): void {
    this.#loaded = this.#onDisk();
  }

  #onDisk(): string {
    return kubeletUnitFiles.map((path) => this.#host.files.stat(path)?.changedAt ?? 0).join(' ');
  }

  start(actor: Actor): void {
    const host = this.#host;
    if (this.#runs || host.power !== 'up') return;
    this.#forgetTimers();
    log(host, this.name, `Started ${title}.`);
    this.mainPid = newPid(host);
    this.startedAt = host.kernel.now + host.clockOffsetMs;
    this.begunAt = host.kernel.now;
    this.mainCode = 0;
    this.mainStatus = 0;
    host.services.kubelet.start(actor);
    if (host.kubelet.running === undefined) this.#crashing = host.kernel.after(crashMs, () => this.#crashed(actor));
    else this.result = 'success';
  }

  stop(actor: Actor): void {
    const host = this.#host;
    if (this.#runs) {
      log(host, this.name, `Stopping ${title}...`);
      log(host, this.name, `kubelet.service: Deactivated successfully.\nStopped ${title}.`);
      this.result = 'success';
      this.exitCode = 0;
      this.mainCode = 1;
      this.mainStatus = 0;
    }
    this.#forgetTimers();
    host.services.kubelet.stop(actor);
  }

  /** `Restart=always`: it comes again by itself. */
  kill(signal: 'TERM' | 'KILL', actor: Actor): void {
    if (!this.#runs) return;
    this.#forgetTimers();
    this.#host.services.kubelet.stop(actor);
    this.mainCode = signal === 'KILL' ? 2 : 1;
    this.mainStatus = signal === 'KILL' ? 9 : 0;
    if (signal === 'KILL') this.#failed('signal', 'code=killed, status=9/KILL');
    this.#again(actor);
  }

  /** The host is off. */
  vanish(): void {
    this.#forgetTimers();
    this.result = 'success';
    this.#restarts = 0;
  }

  #forgetTimers(): void {
    this.#host.kernel.cancel(this.#crashing);
    this.#host.kernel.cancel(this.#restart);
    this.#crashing = undefined;
    this.#restart = undefined;
  }

  #failed(result: Unit['result'], how: string): void {
    this.result = result;
    log(this.#host, this.name, `kubelet.service: Main process exited, ${how}`);
    log(this.#host, this.name, `kubelet.service: Failed with result '${result}'.`);
  }

  #crashed(actor: Actor): void {
    this.#crashing = undefined;
    log(this.#host, this.name, this.#host.kubelet.crashes ?? 'kubelet: it gave up without a word');
    this.exitCode = 1;
    this.mainCode = 1;
    this.mainStatus = 1;
    this.#failed('exit-code', 'code=exited, status=1/FAILURE');
    this.#again(actor);
  }

  #again(actor: Actor): void {
    this.mainPid = 0;
    this.#restart = this.#host.kernel.after(restartMs, () => {
      this.#restart = undefined;
      this.#restarts += 1;
      log(this.#host, this.name, `kubelet.service: Scheduled restart job, restart counter is at ${this.#restarts}.`);
      this.start(actor);
    });
  }
}

/** A daemon that is always there: it has no behaviour of its own here. */
export class SteadyUnit implements Unit {
  readonly name: string;
  readonly description: string;
  state: Unit['state'] = 'active';
  subState = 'running';
  result: Unit['result'] = 'success';
  mainPid: number;
  exitCode: number | undefined;
  readonly mainCode = 0;
  readonly mainStatus = 0;
  readonly needsReload = false;

  constructor(host: Host, name: string, description: string) {
    this.name = name;
    this.description = description;
    this.mainPid = newPid(host);
    log(host, name, `Started ${name} - ${description}.`);
  }

  /** It is started again at once, by `Restart=always`. */
  kill(): void {
    this.state = 'active';
  }
}

/** Its unit's file comes with its package. */
export const hasKubeletUnit = ({ files }: Host): boolean =>
  kubeletUnitFiles.every((path) => !path.endsWith('.service') || files.stat(path) !== undefined);

/** The kubelet's unit, as it runs since the last boot. */
export const kubeletUnitOf = (host: Host): KubeletUnit => {
  const unit = host.units.get('kubelet.service');
  if (unit instanceof KubeletUnit) return unit;
  throw new TypeError(`${host.name} was not prepared: it has no kubelet.service`);
};

/** Started at boot, on behalf of nobody. */
export const startAtBoot = (host: Host): void => kubeletUnitOf(host).start(byCluster);
