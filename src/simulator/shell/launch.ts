import { SimulatorGap } from '../gap.ts';
import { nameOf, resolvePath } from '../files/path.ts';
import type { Task } from '../kernel.ts';
import { FileError } from '../world/files.ts';
import type { Host } from '../world/host.ts';
import { gnuQuoted } from './gnu-quote.ts';
import { BrokenPipe, type OpenFile } from './open-file.ts';
import { statusOf, type Proc, type Signal } from './proc.ts';
import { errorTexts } from './redirect.ts';
import { begin, ensured, rescued, type Soon } from './soon.ts';
import type { Call, CallChanges, Child, Tool, Toolbox } from './tool.ts';

/** What a program inherits from who starts it. */
export interface Launch {
  readonly host: Host;
  readonly toolbox: Toolbox;
  readonly uid: number;
  readonly cwd: string;
  readonly umask: number;
  readonly files: readonly (OpenFile | undefined)[];
  readonly env: ReadonlyMap<string, string>;
}

export type Launched =
  /** To be run at once, by whoever launched it. */
  | { readonly proc: Proc; readonly run: () => Soon<number> }
  /** There is none: what the shell says about it, and its status. */
  | { readonly problem: string; readonly status: 126 | 127 };

const noProgram = { problem: 'not found', status: 127 } as const;
const notAllowed = { problem: 'Permission denied', status: 126 } as const;

/** A program by its name, if the host has it. @throws SimulatorGap for one that nobody modelled. */
export const findProgram = (host: Host, toolbox: Toolbox, name: string): Tool | undefined => {
  const tool = toolbox.get(name);
  if (tool === undefined) throw new SimulatorGap(`the program ${name} is not modelled`);
  return tool.installed === undefined || tool.installed(host) ? tool : undefined;
};

const interpreter = /^#! ?(\S+)[^\n]*\n/;

/** A program by its path: a script, a link in /proc, or a program of the host by its last name. */
const byPath = (
  around: Launch,
  argv: readonly string[],
): { tool: Tool; argv: readonly string[] } | typeof noProgram | typeof notAllowed => {
  const [name = '', ...rest] = argv;
  const { files } = around.host;
  const path = resolvePath(around.cwd, name);
  const link = files.readLink(path);
  const found = files.stat(path);
  const real = link === undefined ? path : resolvePath(path.slice(0, path.lastIndexOf('/')), link);
  const known = around.toolbox.get(nameOf(real.replace(/ \(deleted\)$/, '')));
  if (found === undefined) {
    const isPlace = link !== undefined || /^(\/usr)?(\/local)?\/s?bin\/[^/]+$/.test(path);
    const there = isPlace && known !== undefined && (known.installed === undefined || known.installed(around.host));
    return there ? { tool: known, argv } : noProgram;
  }
  if (found.kind !== 'file' || (found.mode & 0o111) === 0) return notAllowed;
  const [, by] = interpreter.exec(files.read(path)) ?? [];
  if (by === undefined && known !== undefined) return { tool: known, argv };
  const shell = around.toolbox.get(nameOf(by ?? ''));
  if (shell === undefined) throw new SimulatorGap(`${path} is not a script of a shell that is modelled`);
  return { tool: shell, argv: [by ?? 'sh', name, ...rest] };
};

/** Where the empty path leads: to nothing that exists or could (path_resolution(7)). */
const nowhere = '/dev/null/empty';

class RunningCall implements Call {
  readonly argv: readonly string[];
  readonly proc: Proc;
  readonly #around: Launch;

  constructor(around: Launch, proc: Proc, argv: readonly string[]) {
    this.#around = around;
    this.proc = proc;
    this.argv = argv;
  }

  get env(): ReadonlyMap<string, string> {
    return this.#around.env;
  }
  get cwd(): string {
    return this.#around.cwd;
  }
  get umask(): number {
    return this.#around.umask;
  }
  get host(): Host {
    return this.#around.host;
  }
  get toolbox(): Toolbox {
    return this.#around.toolbox;
  }
  get uid(): number {
    return this.#around.uid;
  }
  get actor(): Proc['actor'] {
    return this.proc.actor;
  }
  get pid(): number {
    return this.proc.pid;
  }

  path(name: string): string {
    return name === '' ? nowhere : resolvePath(this.#around.cwd, name);
  }
  stdin(): string {
    return this.descriptor(0)?.read() ?? '';
  }
  line(): string {
    return this.descriptor(0)?.readLine() ?? '';
  }
  out(text: string): void {
    if (text !== '') this.descriptor(1)?.write(text);
  }
  err(text: string): void {
    if (text !== '') this.descriptor(2)?.write(text);
  }
  catches(...signals: readonly Signal[]): void {
    for (const signal of signals) this.proc.caught.add(signal);
  }
  signalled(): 'TERM' | 'HUP' | 'INT' | undefined {
    const { pending } = this.proc;
    if (pending !== 'TERM' && pending !== 'HUP' && pending !== 'INT') return undefined;
    this.proc.pending = undefined;
    return pending;
  }
  descriptor(number: number): OpenFile | undefined {
    return this.#around.files[number];
  }

  start(argv: readonly string[], changes: CallChanges = {}): Child {
    const files = changes.stdin === undefined ? this.#around.files : [changes.stdin, ...this.#around.files.slice(1)];
    const around = { ...this.#around, files, env: changes.env ?? this.env, uid: changes.uid ?? this.uid };
    const found = launch(around, this.proc, argv);
    if ('run' in found) return { ...found, signal: (signal) => found.proc.signal(signal) };
    const problem = found.status === 127 ? errorTexts.ENOENT : errorTexts.EACCES;
    const run = (): number => notStarted(this, argv[0] ?? '', problem, found.status);
    return { proc: this.proc, run, signal: () => undefined };
  }

  run(argv: readonly string[], changes?: CallChanges): Soon<number> {
    return this.start(argv, changes).run();
  }
}

/** What a program such as env(1) says of one that it cannot start. */
const notStarted = (call: RunningCall, name: string, problem: string, status: number): number => {
  const program = nameOf(call.argv[0] ?? '');
  const what = program === 'timeout' ? 'failed to run command ' : '';
  call.err(`${program}: ${what}${gnuQuoted(call.env, name)}: ${problem}\n`);
  return status;
};

/** What becomes of a program that could not print. */
const unprinted = (call: RunningCall, error: unknown): number => {
  const name = call.argv[0] ?? '';
  if (error instanceof BrokenPipe && !call.proc.ignored.has('PIPE')) {
    call.proc.endedBy = 'PIPE';
    return statusOf('PIPE');
  }
  const full = error instanceof FileError && error.code === 'ENOSPC';
  if (!full && !(error instanceof BrokenPipe)) throw error;
  try {
    call.err(`${name}: write error: ${full ? errorTexts.ENOSPC : 'Broken pipe'}\n`);
  } catch (again) {
    // Its complaint has no reader, or no room, either; the exit code is all that is left.
    if (!(again instanceof BrokenPipe) && !(again instanceof FileError)) throw again;
  }
  return 1;
};

/** Runs a program's pauses; a signal that it does not catch ends it in one, and so does the end of the whole tree. */
function* live(call: RunningCall, task: Task<number>): Task<number> {
  const { proc, host } = call;
  try {
    for (let step = task.next(); ; step = task.next()) {
      if (step.done === true) return step.value;
      const due = step.value;
      do {
        yield due;
        const { fatal } = proc;
        if (fatal !== undefined) {
          proc.endedBy = fatal;
          return statusOf(fatal);
        }
      } while (host.kernel.now < due && proc.pending === undefined);
    }
  } finally {
    task.return(0);
  }
}

const runTool = (call: RunningCall, tool: Tool): Soon<number> =>
  ensured(
    () =>
      rescued(
        () => {
          const result = tool(call);
          return typeof result === 'number' ? result : begin(live(call, result));
        },
        (error) => unprinted(call, error),
      ),
    () => call.proc.end(),
  );

/** Finds a program and makes it ready to run as a child of `parent`. */
export const launch = (around: Launch, parent: Proc, argv: readonly string[]): Launched => {
  const [name = ''] = argv;
  if (!name.includes('/')) {
    const tool = name === '' ? undefined : findProgram(around.host, around.toolbox, name);
    if (tool === undefined) return noProgram;
    const call = new RunningCall(around, parent.child(argv), argv);
    return { proc: call.proc, run: () => runTool(call, tool) };
  }
  const found = byPath(around, argv);
  if ('problem' in found) return found;
  const call = new RunningCall(around, parent.child(found.argv), found.argv);
  return { proc: call.proc, run: () => runTool(call, found.tool) };
};
