import type { Task, Timer } from '../kernel.ts';
import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import { launch } from './launch.ts';
import { Sink, TextSource } from './open-file.ts';
import { Proc, statusOf, type Signal } from './proc.ts';
import type { Soon } from './soon.ts';
import type { Toolbox } from './tool.ts';

/** How a program ended. */
export type ProgramEnd = { readonly code: number } | { readonly signal: Signal };

export interface ProgramRequest {
  /** One character a byte, as standard input and all that comes out. */
  readonly argv: readonly string[];
  readonly toolbox: Toolbox;
  readonly actor: Actor;
  readonly stdin?: string;
  readonly uid?: number;
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly onOut?: (text: string) => void;
  readonly onErr?: (text: string) => void;
  readonly onEnd?: (end: ProgramEnd) => void;
}

/** What sshd gives the login shell of root; a unit of systemd has LANG and PATH only. */
export const loginEnvironment: ReadonlyMap<string, string> = new Map([
  ['HOME', '/root'],
  ['LANG', 'C.UTF-8'],
  ['LOGNAME', 'root'],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['SHELL', '/bin/bash'],
  ['USER', 'root'],
]);

const nowhere = (): void => undefined;

const refused = (err: Sink, text: string, status: number): number => {
  err.write(text);
  return status;
};

/** A program of a host with all that it starts: what runs behind a channel, or as the main process of a unit. */
export class RunningProgram {
  readonly #host: Host;
  readonly #proc: Proc;
  readonly #main: Proc;
  readonly #launch: () => Soon<number>;
  #task: Task<number> | undefined;
  readonly #sinks: readonly [Sink, Sink];
  readonly #onEnd: (end: ProgramEnd) => void;
  #timer: Timer | undefined;
  #isRunning = false;
  readonly #goOn = (): void => this.#go();
  #end: ProgramEnd | undefined;

  constructor(host: Host, request: ProgramRequest) {
    this.#host = host;
    this.#onEnd = request.onEnd ?? nowhere;
    this.#proc = new Proc(host, request.actor, ['(starter)']);
    this.#proc.wake = () => this.#wake();
    const [out, err] = [new Sink(request.onOut ?? nowhere), new Sink(request.onErr ?? nowhere)];
    this.#sinks = [out, err];
    const files = [new TextSource(request.stdin ?? ''), out, err];
    const { argv } = request;
    const around = {
      host,
      toolbox: request.toolbox,
      uid: request.uid ?? 0,
      cwd: request.cwd ?? '/root',
      umask: 0o022,
      files,
      env: request.env ?? loginEnvironment,
    };
    const found = launch(around, this.#proc, argv);
    if ('problem' in found) {
      this.#main = this.#proc;
      this.#launch = () => refused(err, `${argv[0]}: ${found.problem}\n`, found.status);
      return;
    }
    this.#main = found.proc;
    this.#launch = found.run;
  }

  get pid(): number {
    return this.#main.pid;
  }

  get ended(): ProgramEnd | undefined {
    return this.#end;
  }

  /** Runs up to the first pause; the end may come at once. */
  start(): this {
    this.#go();
    return this;
  }

  /** To all of its processes, as systemd does to a unit's; SIGKILL ends them now, the others at this instant's end. */
  signal(signal: Signal): void {
    if (this.#end !== undefined) return;
    if (signal === 'KILL' && !this.#isRunning) {
      this.#task?.return(0);
      this.#finish({ signal: 'KILL' });
    } else this.#proc.signal(signal);
  }

  /** Nobody reads its output any more: it gets SIGPIPE when it writes. */
  loseReader(): void {
    for (const sink of this.#sinks) sink.broken = true;
  }

  #wake(): void {
    if (this.#end !== undefined || this.#isRunning) return;
    this.#host.kernel.cancel(this.#timer);
    this.#timer = this.#host.kernel.after(0, this.#goOn);
  }

  #go(): void {
    if (this.#end !== undefined) return;
    this.#isRunning = true;
    const soon = this.#task ?? this.#launch();
    const step = typeof soon === 'object' ? soon.next() : { done: true, value: soon };
    this.#isRunning = false;
    if (typeof soon === 'object') this.#task = soon;
    if (step.done !== true) this.#timer = this.#host.kernel.at(step.value, this.#goOn);
    else this.#finish(this.#main.endedBy === undefined ? { code: step.value } : { signal: this.#main.endedBy });
  }

  #finish(end: ProgramEnd): void {
    this.#host.kernel.cancel(this.#timer);
    this.#end = end;
    this.#proc.end();
    this.#onEnd(end);
  }
}

/** Starts a program on a host. */
export const startProgram = (host: Host, request: ProgramRequest): RunningProgram =>
  new RunningProgram(host, request).start();

export interface LineOptions extends Omit<ProgramRequest, 'argv'> {}

/** Starts a line as sshd does: in the user's login shell, which is dash here. */
export const startLine = (host: Host, line: string, options: LineOptions): RunningProgram =>
  startProgram(host, { ...options, argv: ['sh', '-c', line] });

/** A line as a task of its own, for who has virtual time to run it in: its status as a shell would see it. */
export function* runLine(host: Host, line: string, options: LineOptions): Task<number> {
  const program = startLine(host, line, options);
  while (program.ended === undefined) yield host.kernel.upcoming ?? host.kernel.now;
  return 'code' in program.ended ? program.ended.code : statusOf(program.ended.signal);
}
