import type { Command, Effect } from '../model/command.ts';

/** What a builder may settle beyond its argv. */
export interface CommandOptions {
  readonly timeoutMs?: number;
  readonly become?: boolean;
  readonly stdin?: string;
  readonly secret?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const defaultTimeoutMs: Record<Effect, number> = { read: 30_000, scratch: 120_000, write: 120_000 };

const build = (effect: Effect, lifetime: Command['lifetime'], argv: readonly string[], options: CommandOptions) => {
  const { timeoutMs = defaultTimeoutMs[effect], become = true, ...rest } = options;
  return { argv, effect, lifetime, timeoutMs, become, ...rest } satisfies Command;
};

/** A command that changes nothing. As root unless told otherwise. */
export const read = (argv: readonly string[], options: CommandOptions = {}): Command =>
  build('read', 'attached', argv, options);

/** A command that uses one private temporary directory, which it removes itself. */
export const scratch = (argv: readonly string[], options: CommandOptions = {}): Command =>
  build('scratch', 'attached', argv, options);

/** A short write that is over before the connection could be missed. */
export const write = (argv: readonly string[], options: CommandOptions = {}): Command =>
  build('write', 'attached', argv, options);

/** A write that must outlive the connection: it runs as a transient systemd unit. */
export const detached = (argv: readonly string[], options: CommandOptions = {}): Command =>
  build('write', 'detached', argv, { timeoutMs: 30 * 60_000, ...options });
