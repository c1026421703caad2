import type { Timer } from '../kernel.ts';
import { signalNumbers } from '../shell/proc.ts';
import { startProgram, type ProgramEnd, type RunningProgram } from '../shell/start-line.ts';
import type { Toolbox } from '../shell/tool.ts';
import type { Actor } from '../world/actor.ts';
import type { Host, Unit } from '../world/host.ts';
import { log } from './journal.ts';

export interface TransientWish {
  /** With `.service`. */
  readonly name: string;
  readonly description: string;
  readonly argv: readonly string[];
  readonly toolbox: Toolbox;
  readonly actor: Actor;
  /** It stays loaded, `active/exited`, once its program has ended well. */
  readonly remainAfterExit: boolean;
  /** How long a stop waits before SIGKILL. */
  readonly stopMs: number;
  /** It is unloaded however it ends. */
  readonly collect: boolean;
}

/** What systemd counts as a clean end besides 0. Source: systemd.service(5), `SuccessExitStatus`. */
const clean = (end: ProgramEnd): boolean =>
  'code' in end ? end.code === 0 : ['TERM', 'HUP', 'INT', 'PIPE'].includes(end.signal);

/** A unit that systemd-run made: one program with all that it starts, in the surroundings that systemd gives. */
export class TransientUnit implements Unit {
  readonly name: string;
  readonly description: string;
  state: Unit['state'] = 'active';
  subState = 'running';
  result: Unit['result'] = 'success';
  mainPid = 0;
  exitCode: number | undefined;
  /** As `ExecMainCode`: 0 while it runs, 1 exited, 2 killed; and its code or signal. */
  mainCode = 0;
  mainStatus = 0;
  readonly #host: Host;
  readonly #wish: TransientWish;
  readonly #program: RunningProgram | undefined;
  #by: Actor;
  #deadline: Timer | undefined;
  #overdue = false;
  #gone = false;

  /** Its program runs up to its first pause, and may have ended by then. */
  constructor(host: Host, wish: TransientWish) {
    this.#host = host;
    this.#wish = wish;
    this.name = wish.name;
    this.description = wish.description;
    this.#by = wish.actor;
    host.units.set(this.name, this);
    host.world.emit({ type: 'unit-started', host: host.name, unit: this.shortName, actor: wish.actor });
    log(host, this.name, `Started ${this.name} - ${this.description}.`);
    this.#program = startProgram(host, {
      argv: wish.argv,
      toolbox: wish.toolbox,
      actor: wish.actor,
      cwd: '/',
      env: new Map([
        ['LANG', 'C.UTF-8'],
        ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        ['INVOCATION_ID', host.world.random.hex(32)],
      ]),
      onOut: (text) => log(host, this.name, text),
      onErr: (text) => log(host, this.name, text),
      onEnd: (end) => this.#ended(end),
    });
    if (this.state === 'active') this.mainPid = this.#program.pid;
  }

  /** As it was named: events and people say it without `.service`. */
  get shortName(): string {
    return this.name.replace(/\.service$/, '');
  }

  get runs(): boolean {
    return this.state === 'active' && this.subState !== 'exited';
  }

  kill(signal: 'TERM' | 'KILL', actor: Actor): void {
    if (!this.runs) return;
    this.#by = actor;
    this.#program?.signal(signal);
  }

  /** SIGTERM to all of its processes, and SIGKILL to what is left after its time. */
  stop(actor: Actor): void {
    if (this.subState === 'exited') this.#unload();
    if (!this.runs || this.#deadline !== undefined) return;
    this.#deadline = this.#host.kernel.after(this.#wish.stopMs, () => {
      this.#overdue = true;
      this.kill('KILL', actor);
    });
    this.kill('TERM', actor);
  }

  /** systemd itself is gone: nothing is said or kept. */
  vanish(): void {
    this.#gone = true;
    this.#host.kernel.cancel(this.#deadline);
    this.#program?.signal('KILL');
  }

  /** A failed unit is forgotten by `reset-failed`. */
  reset(): void {
    if (this.state === 'failed') this.#unload();
  }

  #unload(): void {
    this.state = 'inactive';
    this.subState = 'dead';
    if (this.#host.units.get(this.name) === this) this.#host.units.delete(this.name);
  }

  #ended(end: ProgramEnd): void {
    this.#host.kernel.cancel(this.#deadline);
    if (this.#gone) return;
    this.mainPid = 0;
    this.exitCode = 'code' in end ? end.code : undefined;
    this.mainCode = 'code' in end ? 1 : 2;
    this.mainStatus = 'code' in end ? end.code : signalNumbers[end.signal];
    if (clean(end)) {
      if (this.#wish.remainAfterExit && this.#deadline === undefined) this.subState = 'exited';
      else this.#unload();
    } else this.#failed(end);
    this.#host.world.emit({
      type: 'unit-ended',
      host: this.#host.name,
      unit: this.shortName,
      ...('code' in end ? { code: end.code } : {}),
      actor: this.#by,
    });
  }

  #failed(end: ProgramEnd): void {
    this.result = this.#overdue ? 'timeout' : 'code' in end ? 'exit-code' : 'signal';
    log(this.#host, this.name, `${this.name}: Failed with result '${this.result}'.`);
    if (this.#wish.collect) {
      this.#unload();
      return;
    }
    this.state = 'failed';
    this.subState = 'failed';
  }
}
