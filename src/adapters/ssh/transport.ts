import type { LimitFunction } from 'p-limit';
import { quote } from '../../commands/quote.ts';
import type { Node } from '../../model/cluster.ts';
import type { Command, Effect } from '../../model/command.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Transport, TransportCounters } from '../../ports/transport.ts';
import type { OutputWishes } from './channel-streams.ts';
import { createConnectionPool } from './connection-pool.ts';
import { dial } from './dial.ts';
import { fetchCommand, putCommand } from './file-commands.ts';
import { createIdentityReader } from './identity-file.ts';
import { defaultLimits, realClock } from './limits.ts';
import type { SshLimits } from './limits.ts';
import { reach, sendCommand } from './send-command.ts';
import type { Wire } from './send-command.ts';

export interface SshTransportOptions {
  readonly secrets: Secrets;
  readonly clock?: Clock;
  readonly limits?: Partial<SshLimits>;
  /** A queue that this transport's handshakes share with those of others. */
  readonly handshakes?: LimitFunction;
  /** Writes keys of unknown hosts to the first known_hosts file instead of refusing them. Changed keys stay refused. */
  readonly acceptNewHostKeys?: boolean;
  /** For dry runs: nothing with effect `write` gets as far as a connection. */
  readonly refuseWrites?: boolean;
  /** Default: $SSH_AUTH_SOCK. */
  readonly agentSocket?: string;
}

const defaultKeepBytes = 1_048_576;

const counterOf = { read: 'reads', scratch: 'scratches', write: 'writes' } as const satisfies Record<
  Effect,
  keyof TransportCounters
>;

const refuse = (what: string): never => {
  throw new Error(`refused, because nothing may be written in this run: ${what}`);
};

/**
 * The transport over real SSH connections. Files travel as commands (`cat` through sudo), not by SFTP, which cannot
 * become root.
 */
export const createSshTransport = (options: SshTransportOptions): Transport => {
  const limits: SshLimits = { ...defaultLimits, ...options.limits };
  const clock = options.clock ?? realClock;
  const { secrets } = options;
  const counters = { reads: 0, scratches: 0, writes: 0, roundTrips: 0 };
  const pool = createConnectionPool({
    secrets,
    clock,
    limits,
    handshakes: options.handshakes,
    identities: createIdentityReader(secrets),
    acceptNewHostKeys: options.acceptNewHostKeys ?? false,
    agentSocket: options.agentSocket ?? process.env['SSH_AUTH_SOCK'],
  });
  const wire: Wire = { pool, secrets, clock, onRoundTrip: () => counters.roundTrips++ };
  const send = (
    node: Node,
    command: Command,
    wishes: OutputWishes,
    input?: AsyncIterable<Uint8Array>,
  ): ReturnType<Transport['run']> => {
    counters[counterOf[command.effect]]++;
    return sendCommand(wire, node, command, wishes, input);
  };
  const refusesWrites = options.refuseWrites ?? false;

  return {
    run: async (node, command, run = {}) => {
      if (refusesWrites && command.effect === 'write') refuse(quote(command.argv));
      const keepBytes = run.keepBytes ?? defaultKeepBytes;
      return await send(node, command, { onStdout: run.onStdout, onStderr: run.onStderr, keepBytes }, run.input);
    },
    put: async (node, path, mode, content, guard = (command) => command) => {
      if (refusesWrites) refuse(`put ${path}`);
      const command = putCommand(path, mode, content, limits.putTimeoutMs);
      return await send(node, guard(command), { keepBytes: defaultKeepBytes });
    },
    fetch: async (node, path, sink) =>
      await send(node, fetchCommand(path, limits.fetchTimeoutMs), { keepBytes: defaultKeepBytes, sink }),
    dial: async (node, host, port, onReached) => {
      const connection = await pool.connect(node.ssh);
      onReached?.();
      return await dial(connection, node.name, { host, port });
    },
    reach: (node) => reach(wire, node),
    counters: () => ({ ...counters }),
    close: () => pool.close(),
  };
};
