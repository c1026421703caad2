import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import type { OpenFile } from './open-file.ts';
import type { Proc, Signal } from './proc.ts';
import type { Soon } from './soon.ts';

/** A program that another one started and waits for, as timeout(1) does. */
export interface Child {
  readonly proc: Proc;
  /** To be called once: each pause is one of the child. Going on early makes it look at its signals. */
  run(): Soon<number>;
  signal(signal: Signal): void;
}

export interface CallChanges {
  readonly env?: ReadonlyMap<string, string>;
  readonly uid?: number;
  /** What the new program reads instead of this one's standard input. */
  readonly stdin?: OpenFile;
}

/** What a simulated program is given: its words, its surroundings, its streams. All text is one character a byte. */
export interface Call {
  /** `argv[0]` is the program as it was typed. */
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly umask: number;
  readonly host: Host;
  readonly actor: Actor;
  readonly pid: number;
  readonly proc: Proc;
  readonly uid: number;
  readonly toolbox: Toolbox;
  /** A path of its arguments, absolute and normal. */
  path(name: string): string;
  /** The whole of standard input that is left; empty for /dev/null. */
  stdin(): string;
  /** The next line of standard input with its line feed; '' at the end. */
  line(): string;
  /** @throws what ends the program as a full disk or a broken pipe does: not to be caught. */
  out(text: string): void;
  err(text: string): void;
  /** From now on these signals do not end it: it asks `signalled` after each of its pauses, which they cut short. */
  catches(...signals: readonly Signal[]): void;
  /** The signal that has come and is caught; told once. Others end a program at its pause by themselves. */
  signalled(): 'TERM' | 'HUP' | 'INT' | undefined;
  /** Runs another program with the same streams, as sudo, env, timeout, xargs do. 127 where there is none. */
  run(argv: readonly string[], changes?: CallChanges): Soon<number>;
  /** The same, for a program that does not only wait for it. */
  start(argv: readonly string[], changes?: CallChanges): Child;
  /** An open file by the number of its descriptor, for programs such as flock(1) that are given one. */
  descriptor(number: number): OpenFile | undefined;
}

/**
 * A program: returns its exit code, at once or, where it takes virtual time, as a task. What it does not know (an
 * option, a form) is a SimulatorGap. A task that is killed is returned from (`finally` blocks run): only what the
 * kernel does for a dead process belongs there.
 */
export interface Tool {
  (call: Call): Soon<number>;
  /** Whether a host has it; without this it is on every host. Where not, the shell finds no such program. */
  readonly installed?: (host: Host) => boolean;
}

/** Programs by name, as PATH finds them. A name that is not in it is a SimulatorGap. */
export type Toolbox = ReadonlyMap<string, Tool>;

/** A program that a host has only sometimes. */
export const onHosts = (tool: (call: Call) => Soon<number>, installed: (host: Host) => boolean): Tool =>
  Object.assign((call: Call) => tool(call), { installed });

/** A program that is known and on no host. */
export const absent: Tool = onHosts(
  () => 127,
  () => false,
);
