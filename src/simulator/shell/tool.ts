import type { Task } from '../kernel.ts';
import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';

/** What a simulated program is given: its words, its surroundings, its streams. */
export interface Call {
  /** `argv[0]` is the program as it was typed. */
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly host: Host;
  readonly actor: Actor;
  readonly pid: number;
  readonly uid: number;
  /** The whole of standard input; empty for /dev/null. */
  stdin(): string;
  out(text: string): void;
  err(text: string): void;
  /** SIGTERM or SIGHUP has come since the last pause: a program that takes time asks after each of its pauses. */
  signalled(): 'TERM' | 'HUP' | 'INT' | undefined;
  /** Runs another program with the same streams, as sudo, env, timeout, xargs do. 127 where there is none. */
  run(argv: readonly string[], changes?: { readonly env?: ReadonlyMap<string, string>; readonly uid?: number }): Task<number>;
  /** An open file descriptor's file, for programs such as flock(1) that are given a number. */
  descriptor(number: number): { readonly path: string; readonly inode: number } | undefined;
}

/**
 * A program: returns its exit code, at once or, where it takes virtual time, as a task. What it does not know (an
 * option, a form) is a SimulatorGap.
 */
export type Tool = (call: Call) => number | Task<number>;

/** Programs by name, as PATH finds them. */
export type Toolbox = ReadonlyMap<string, Tool>;
