import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';

/** How a line ended, as sshd reports it: an exit code, or the signal that killed it. */
export type LineEnd = { readonly code: number } | { readonly signal: string };

export interface LineRequest {
  /** What the login shell gets as its `-c`. One character a byte, as everything here. */
  readonly line: string;
  readonly stdin: string;
  readonly actor: Actor;
  readonly onOut: (text: string) => void;
  readonly onErr: (text: string) => void;
  readonly onEnd: (end: LineEnd) => void;
}

/** What runs behind a channel. */
export interface RemoteProcess {
  /**
   * The connection is gone, and with it the other end of stdout and stderr. Without a terminal sshd sends no signal
   * (session.c): the process goes on until it writes, and gets SIGPIPE then.
   */
  loseReader(): void;
}

/** Starts a line in a node's login shell: what the simulated shell is to the transport. It may end at once. */
export type Sshd = (host: Host, request: LineRequest) => RemoteProcess;
