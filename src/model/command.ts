import type { Exit } from './exit.ts';

/**
 * `read` changes nothing; `scratch` may use one private temporary directory that the same command removes;
 * `write` is everything else. A dry run may send only `read` and `scratch`.
 */
export type Effect = 'read' | 'scratch' | 'write';

/** `detached` commands run as a transient systemd unit and outlive the connection. */
export type Lifetime = 'attached' | 'detached';

export interface Command {
  /** Quoted in one place only (`commands/quote.ts`). */
  readonly argv: readonly string[];
  readonly effect: Effect;
  readonly lifetime: Lifetime;
  /** Milliseconds after which the exit is `unknown`. A deadline never kills a write. */
  readonly timeoutMs: number;
  /** Run as root: through the node's `become` method. */
  readonly become: boolean;
  /** Sent on standard input. Secrets travel here, never in argv. */
  readonly stdin?: string;
  /** True when stdin holds a secret: it is then never journalled or logged. */
  readonly secret?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;
  /** True when output went beyond the caller's limit and the middle was dropped. */
  readonly truncated: boolean;
  readonly durationMs: number;
}
