import { resolvePath } from '../files/path.ts';
import { FileError } from '../world/files.ts';
import type { Host } from '../world/host.ts';
import type { Command, FunctionDefinition } from './ast.ts';
import { BrokenPipe, type OpenFile } from './open-file.ts';
import type { Proc, Signal } from './proc.ts';
import type { Soon } from './soon.ts';
import type { Toolbox } from './tool.ts';
import type { Variable, Variables } from './variables.ts';

/** Why commands are passed over: the innermost loop, function or the shell itself is being left. */
export type Skip = '' | 'break' | 'continue' | 'return' | 'exit' | 'killed';

export interface Options {
  errexit: boolean;
  nounset: boolean;
  noclobber: boolean;
  noglob: boolean;
}

/** A mistake that ends a shell (`set -u`, an assignment to what is read-only, a bad expansion): its text and rc 2. */
export class ShellFailure extends Error {
  override readonly name = 'ShellFailure';
}

export interface ShellSetup {
  readonly host: Host;
  readonly toolbox: Toolbox;
  readonly proc: Proc;
  readonly uid: number;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly variables: Variables;
  readonly files: (OpenFile | undefined)[];
  readonly directory: string;
  readonly umask: number;
  /** Runs a command in a shell: the interpreter, which knows the shell and not the other way round. */
  readonly run: (shell: Shell, command: Command, tested: boolean) => Soon<number>;
  /** Runs a command and the shell's trap of EXIT, and ends the shell. */
  readonly runToEnd: (shell: Shell, command: Command, tested: boolean) => Soon<number>;
}

const noFunctions: ReadonlyMap<string, FunctionDefinition> = new Map();

/** A shell's state (POSIX.1-2017 XCU 2.12): what a subshell gets a copy of. */
export class Shell {
  readonly host: Host;
  readonly toolbox: Toolbox;
  readonly proc: Proc;
  readonly uid: number;
  readonly name: string;
  readonly run: ShellSetup['run'];
  readonly runToEnd: ShellSetup['runToEnd'];
  /** `$$`: that of the shell itself, in its subshells too. */
  mainPid: number;
  parameters: readonly string[];
  #variables: Variables;
  functions: ReadonlyMap<string, FunctionDefinition> = noFunctions;
  files: (OpenFile | undefined)[];
  directory: string;
  umask: number;
  readonly options: Options = { errexit: false, nounset: false, noclobber: false, noglob: false };
  traps = new Map<Signal | 'EXIT', string>();
  status = 0;
  /** The status of the last command substitution of the present command. */
  substituted: number | undefined;
  skip: Skip = '';
  /** How many loops `break` and `continue` still leave. */
  skipLoops = 0;
  loops = 0;
  /** What each function under way has made local, to be put back. */
  readonly locals: Map<string, Variable | undefined>[] = [];
  /** The line of the function under way: dash counts from there. */
  functionLine = 1;
  line = 1;
  /** The last command of `sh -c`: dash runs it in its own place, and closes its other descriptors with that. */
  lastCommand: Command | undefined;

  constructor(setup: ShellSetup) {
    this.host = setup.host;
    this.toolbox = setup.toolbox;
    this.proc = setup.proc;
    this.uid = setup.uid;
    this.name = setup.name;
    this.parameters = setup.parameters;
    this.#variables = setup.variables;
    this.files = setup.files;
    this.directory = setup.directory;
    this.umask = setup.umask;
    this.run = setup.run;
    this.runToEnd = setup.runToEnd;
    this.mainPid = setup.proc.pid;
  }

  /**
   * A subshell, whose process is a child of this one; signals that are caught here are not caught there.
   * @param input takes the place of standard input, `output` that of standard output.
   */
  fork(input?: OpenFile, output?: OpenFile): Shell {
    const files: (OpenFile | undefined)[] = [];
    for (const [fd, file] of this.files.entries())
      files.push((fd === 0 ? input : fd === 1 ? output : undefined) ?? file?.retain());
    if (input !== undefined) files[0] = input;
    if (output !== undefined) files[1] = output;
    const copy = new Shell({
      host: this.host,
      toolbox: this.toolbox,
      proc: this.proc.child([this.name]),
      uid: this.uid,
      name: this.name,
      parameters: this.parameters,
      variables: this.#variables.share(),
      files,
      directory: this.directory,
      umask: this.umask,
      run: this.run,
      runToEnd: this.runToEnd,
    });
    copy.functions = this.functions;
    copy.mainPid = this.mainPid;
    Object.assign(copy.options, this.options);
    for (const [condition, action] of this.traps) if (action === '') copy.traps.set(condition, action);
    copy.status = this.status;
    copy.loops = this.loops;
    copy.functionLine = this.functionLine;
    return copy;
  }

  get variables(): ReadonlyMap<string, Variable> {
    return this.#variables.entries;
  }

  /** Few are defined, and subshells have them, too. */
  define(definition: FunctionDefinition): void {
    this.functions = new Map([...this.functions, [definition.name, definition]]);
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  /** @throws ShellFailure for one that is read-only. */
  set(name: string, value: string, exported?: boolean): void {
    const known = this.#variables.get(name);
    if (known?.readonly === true) throw new ShellFailure(`${name}: is read only`);
    this.put(name, { value, exported: exported ?? known?.exported ?? false });
  }

  put(name: string, variable: Variable | undefined): void {
    this.#variables = this.#variables.with(name, variable);
  }

  /** What programs are given. */
  environment(): ReadonlyMap<string, string> {
    return this.#variables.environment();
  }

  path(name: string): string {
    return resolvePath(this.directory, name);
  }

  /** On standard error; where that has no reader, it is SIGPIPE, and where the disk is full, nothing. */
  say(text: string): void {
    try {
      this.files[2]?.write(text);
    } catch (error) {
      if (error instanceof BrokenPipe && !this.proc.ignored.has('PIPE')) this.proc.pending ??= 'PIPE';
      else if (!(error instanceof BrokenPipe) && !(error instanceof FileError)) throw error;
    }
  }

  /** dash's form of a complaint, on standard error. */
  complain(text: string): void {
    this.say(`${this.name}: ${this.line - this.functionLine + 1}: ${text}\n`);
  }

  /** Leaves the shell with a status. */
  exit(status: number): number {
    this.skip = 'exit';
    this.status = status;
    return status;
  }

  /** Its files are closed, its variables given up: it does nothing any more. */
  closeAll(): void {
    for (const file of this.files.splice(0)) file?.release();
    this.#variables.leave();
  }
}
