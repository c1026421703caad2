import type { Duplex } from 'node:stream';
import type { Node } from '../model/cluster.ts';
import type { Command, CommandResult } from '../model/command.ts';

/** Why a node could not be reached. The kind decides the exit code and the advice. */
export type ConnectProblem =
  | 'unreachable'
  | 'refused-key'
  | 'unknown-host-key'
  | 'changed-host-key'
  | 'bad-identity'
  | 'sudo-needs-password'
  | 'protocol';

export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly kind: ConnectProblem;
  /** What to type or do next. */
  readonly fix: string;
  constructor(kind: ConnectProblem, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.fix = fix;
  }
}

/** Why a connection onward from a node was not made. */
export class DialError extends Error {
  override readonly name = 'DialError';
  /** `away`: nobody took it there; `forbidden`: the node's sshd makes no connections onward. */
  readonly kind: 'away' | 'forbidden';
  constructor(kind: 'away' | 'forbidden', message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

export interface RunOptions {
  /** Called with each piece as it arrives, in order. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
  /**
   * Standard input of any length, after the command's own. A stream is read once: once the command was sent, it is not
   * sent again.
   */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Bytes kept of each stream in the result: head and tail halves, the middle dropped. Default 1 MiB. */
  readonly keepBytes?: number;
}

/** Counts what went over the wire: the proof that a dry run wrote nothing. */
export interface TransportCounters {
  readonly reads: number;
  readonly scratches: number;
  readonly writes: number;
  readonly roundTrips: number;
}

export interface Transport {
  /**
   * Runs a command on a node, always attached to this call; `lifetime` is the runner's business.
   * Resolves with an exit of any kind; a connection lost on the way is `unknown`, not an exception.
   * @throws ConnectError when the node could not be reached in the first place.
   */
  run(node: Node, command: Command, options?: RunOptions): Promise<CommandResult>;
  /**
   * Writes a file with the given mode, atomically, as root when the node's `become` allows. A write. `guard` is put
   * around the command that does it.
   */
  put(
    node: Node,
    path: string,
    mode: number,
    content: string,
    guard?: (command: Command) => Command,
  ): Promise<CommandResult>;
  /** Streams a (root-readable) file to `sink` without holding it in memory. A read. */
  fetch(node: Node, path: string, sink: NodeJS.WritableStream): Promise<CommandResult>;
  /**
   * A connection from a node onward to another address, as the node sees it; no command, not counted. Absent where
   * nodes are not reached over a network. `onReached` is called once the node itself is reached, before it goes onward.
   * @throws ConnectError when the node could not be reached, DialError when the address could not.
   */
  readonly dial?: (node: Node, host: string, port: number, onReached?: () => void) => Promise<Duplex>;
  /**
   * Connects, and finds out what it takes to be root: no command where that is known. Absent where nodes are not reached
   * over a network. @throws ConnectError
   */
  readonly reach?: (node: Node) => Promise<void>;
  counters(): TransportCounters;
  /** Ends every connection. */
  close(): Promise<void>;
}
