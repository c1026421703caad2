import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import type { Client } from 'ssh2';
import type { BecomeMode } from '../../commands/quote.ts';

/** A connection that stood once: what runs over it, and whether it still stands. */
export interface LiveConnection {
  readonly client: Client;
  /** Does something that needs a channel, when one of the connection's slots is free. */
  occupy<T>(task: () => Promise<T>): Promise<T>;
  /** The server granted fewer channels than we thought. False when it grants none at all. */
  narrow(): boolean;
  /** What was found out about becoming root, by become method. */
  readonly becomes: Map<string, Promise<BecomeMode>>;
  /** Why the connection is gone, once it is. */
  lost(): string | undefined;
  /** Calls back once: at the loss, or soon if it is lost already. */
  onLost(listener: (why: string) => void): () => void;
  /** No new call gets this connection; it ends when its last channel is done. */
  retire(): void;
  retired(): boolean;
  /** Ends the connection; what runs on it becomes unknown. */
  end(why: string): void;
}

const closedByNode = 'connection lost: closed by the node';

/** So long a peer may take to end a connection from its side too. */
export const goodbyeMs = 500;

/** Watches a client, and what it speaks over, from its first moment on, so that no end of it is missed. */
export const watchConnection = (client: Client, under: Duplex, channelLimit: number): LiveConnection => {
  const listeners = new Set<(why: string) => void>();
  const channels = pLimit(channelLimit);
  let why: string | undefined;
  let retired = false;
  const tell = (): void => {
    for (const listener of listeners) listener(why ?? '');
    listeners.clear();
  };
  const lose = (reason: string): void => {
    if (why !== undefined) return;
    why = reason;
    tell();
    client.destroy();
  };
  // The keepalive's verdict comes as an error; `close` may stay away behind a jump host that froze.
  client.on('error', (error: Error & { level?: string }) => {
    // ssh2 says so of an agent that refuses to sign, and goes on to the next way to log in.
    if (error.level === 'agent') return;
    if (error.level !== 'client-socket') lose(`connection lost: ${error.message}`);
    // `close` follows, see below.
    why ??= `connection lost: ${error.message}`;
  });
  // One turn later, channels that ended in order have said so. Behind a jump host `end` may be all that comes;
  // otherwise `close` follows at once, and with it ssh2's word on which channels never opened.
  client.on('end', () =>
    setImmediate(() => {
      why ??= closedByNode;
      setTimeout(tell, 1_000).unref();
    }),
  );
  // From here on ssh2 ends the channels itself, as if the node had: the loss must be known before, and told after.
  client.on('close', () => {
    why ??= closedByNode;
    setImmediate(tell);
  });
  const end = (reason: string): void => {
    client.end();
    lose(reason);
    // ssh2 destroys nothing once it wrote its last: a peer that froze would keep this process from ending.
    setTimeout(() => under.destroy(), goodbyeMs);
  };
  const endWhenIdle = (): void => {
    if (retired && channels.activeCount + channels.pendingCount === 0) end('connection retired');
  };
  return {
    client,
    occupy: async (task) => {
      try {
        return await channels(task);
      } finally {
        // One turn later p-limit has counted the task out.
        setImmediate(endWhenIdle);
      }
    },
    narrow: () => {
      if (channels.activeCount <= 1) return false;
      channels.concurrency = channels.activeCount - 1;
      return true;
    },
    becomes: new Map(),
    lost: () => why,
    onLost: (listener) => {
      if (why === undefined) listeners.add(listener);
      else queueMicrotask(() => listener(why ?? ''));
      return () => listeners.delete(listener);
    },
    retire: () => {
      retired = true;
      setImmediate(endWhenIdle);
    },
    retired: () => retired,
    end,
  };
};
