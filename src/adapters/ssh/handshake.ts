import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Config } from 'node-ssh';
import type { Client } from 'ssh2';
import type { SshTarget } from '../../model/cluster.ts';
import { algorithmsFor } from './algorithms.ts';
import { connectFailure } from './connect-failure.ts';
import { hostKeyCheckFor } from './host-key-check.ts';
import type { HostKeyCheck } from './host-key-check.ts';
import type { SshLimits } from './limits.ts';
import { watchConnection } from './live-connection.ts';
import type { LiveConnection } from './live-connection.ts';
import { loginAttempts, loginDialogue } from './login-attempts.ts';
import { asError } from './thrown.ts';
import type { LoginDialogue, LoginSources } from './login-attempts.ts';

export interface HandshakeOptions extends LoginSources {
  readonly limits: SshLimits;
  readonly acceptNewHostKeys: boolean;
}

const configFor = (
  target: SshTarget,
  limits: SshLimits,
  hostKey: HostKeyCheck,
  login: LoginDialogue,
  sock: Duplex,
): Config => ({
  // For what is said of it: the connection is there, or on its way.
  host: target.host,
  port: target.port,
  username: target.user,
  algorithms: algorithmsFor(hostKey.knownTypes),
  hostVerifier: (key: Buffer) => hostKey.verify(key),
  authHandler: login.handler,
  readyTimeout: limits.connectTimeoutMs,
  keepaliveInterval: limits.keepaliveIntervalMs,
  keepaliveCountMax: limits.keepaliveCountMax,
  sock,
});

/**
 * Resolves when the client is ready. node-ssh's own promise is not used: it fails at the first error event, and ssh2
 * reports an agent that refuses to sign as one, although it goes on to the next way to log in.
 */
const untilReady = (client: Client): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once('ready', () => resolve());
    client.on('error', (error: Error & { level?: string }) => {
      if (error.level !== 'agent') reject(error);
    });
    client.once('end', () => reject(new Error('connection closed')));
    client.once('close', () => reject(new Error('connection closed')));
  });

/** A connection of our own, so that it is ours to end; its small packets wait for nothing. */
export const openSocket = ({ host, port }: SshTarget): Socket => createConnection({ host, port, noDelay: true });

/**
 * One handshake with one host, over what leads there: a socket, or a channel of a jump host.
 * The error listener stays on the client: without one, a later loss of the connection would end the process.
 * @throws ConnectError of every kind but 'sudo-needs-password' · UsageError when a secret is missing.
 */
export const shakeHands = async (
  target: SshTarget,
  options: HandshakeOptions,
  open: () => Promise<Duplex>,
): Promise<LiveConnection> => {
  const hostKey = await hostKeyCheckFor(target, options.acceptNewHostKeys);
  const attempts = await loginAttempts(target, options);
  const login = loginDialogue(target.user, attempts);
  const ssh = new NodeSSH();
  const sock = await open().catch((error: Error) => {
    throw connectFailure(target, error, attempts, []);
  });
  ssh.connect(configFor(target, options.limits, hostKey, login, sock)).catch(() => undefined);
  // node-ssh sets it before it waits for anything; it forgets it at the connection's end.
  const client = ssh.connection;
  if (client === null) throw new Error('node-ssh made no connection');
  const ready = untilReady(client);
  const connection = watchConnection(client, sock, options.limits.channels);
  try {
    await ready;
    await hostKey.remember();
    return connection;
  } catch (error) {
    sock.destroy();
    throw hostKey.refusal() ?? connectFailure(target, asError(error), attempts, login.offered());
  }
};
