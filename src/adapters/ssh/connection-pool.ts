import type { Duplex } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import type { SshTarget } from '../../model/cluster.ts';
import type { Clock } from '../../ports/clock.ts';
import { ConnectError } from '../../ports/transport.ts';
import { hungUpEarly } from './connect-failure.ts';
import { openSocket, shakeHands } from './handshake.ts';
import type { HandshakeOptions } from './handshake.ts';
import { goodbyeMs, type LiveConnection } from './live-connection.ts';

export interface PoolOptions extends HandshakeOptions {
  readonly clock: Clock;
  /** Shared with other transports, beside what this one allows itself. */
  readonly handshakes?: LimitFunction | undefined;
}

export interface ConnectionPool {
  /** The connection to a target: the one that stands, or a new one. @throws ConnectError */
  connect(target: SshTarget): Promise<LiveConnection>;
  close(): Promise<void>;
}

/** A connection onward from where another one ends. Rejects with what ssh2 says. */
export const forward = (from: LiveConnection, { host, port }: Pick<SshTarget, 'host' | 'port'>): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    from.client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(error);
    });
  });

const namingTheJump = (error: unknown, target: SshTarget): unknown =>
  error instanceof ConnectError
    ? new ConnectError(error.kind, `jump host of ${target.host}: ${error.message}`, error.fix, { cause: error })
    : error;

/** Waits for the peer's goodbye, but not for a peer that says nothing. */
const closed = (connection: LiveConnection): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, goodbyeMs);
    connection.client.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    connection.end('the transport was closed');
  });

/**
 * One connection a target (and one a jump host, shared by all behind it), opened at its first use and again at the
 * first use after a loss. Handshakes are admitted a few at a time; a target waits for its jump host outside of the
 * queue, so that the two cannot wait for each other.
 */
export const createConnectionPool = (options: PoolOptions): ConnectionPool => {
  const own = pLimit(options.limits.handshakes);
  const admission = <T>(deed: () => Promise<T>): Promise<T> =>
    own(() => (options.handshakes === undefined ? deed() : options.handshakes(deed)));
  const connections = new Map<string, Promise<LiveConnection>>();
  const standing = new Set<LiveConnection>();
  let open = true;

  const admitted = async (target: SshTarget, jump: LiveConnection | undefined): Promise<LiveConnection> => {
    const socket = async (): Promise<Duplex> => (jump === undefined ? openSocket(target) : forward(jump, target));
    for (let attempt = 0; ; attempt++) {
      try {
        return await admission(() => shakeHands(target, options, socket));
      } catch (error) {
        const cause = error instanceof ConnectError ? error.cause : error;
        if (!hungUpEarly(cause) || attempt >= options.limits.handshakeRetries) throw error;
        await options.clock.sleep(100 * 2 ** attempt);
      }
    }
  };

  const establish = async (target: SshTarget): Promise<LiveConnection> => {
    const { jump } = target;
    const via =
      jump === undefined
        ? undefined
        : await connect(jump).catch((error: unknown) => {
            throw namingTheJump(error, target);
          });
    const connection = await admitted(target, via);
    standing.add(connection);
    connection.onLost(() => standing.delete(connection));
    return connection;
  };

  const connect = async (target: SshTarget): Promise<LiveConnection> => {
    if (!open) throw new Error('the SSH transport is closed');
    const key = JSON.stringify(target);
    const current = connections.get(key);
    if (current !== undefined) {
      const connection = await current;
      if (connection.lost() === undefined && !connection.retired()) return connection;
      // Whoever finds the loss first replaces the connection; the others take what is there now.
      if (connections.get(key) === current) connections.delete(key);
      return await connect(target);
    }
    const opening = establish(target);
    connections.set(key, opening);
    opening.catch(() => connections.get(key) === opening && connections.delete(key));
    return await opening;
  };

  return {
    connect,
    close: async () => {
      open = false;
      await Promise.allSettled(connections.values());
      await Promise.all([...standing].map(closed));
    },
  };
};
