import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSshTransport } from '../../src/adapters/ssh/transport.ts';
import type { SshTransportOptions } from '../../src/adapters/ssh/transport.ts';
import type { Become, Node, SshTarget } from '../../src/model/cluster.ts';
import type { Command } from '../../src/model/command.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import type { Secrets } from '../../src/ports/secrets.ts';
import type { Transport } from '../../src/ports/transport.ts';
import { makeKey } from './ssh-keys.ts';
import { startSshd } from './sshd.ts';
import type { Sshd, SshdOptions } from './sshd.ts';

/** Reads `{ env }` sources from a table; a prompt would be a mistake of the test. */
export const secretsFrom = (table: Readonly<Record<string, string>>): Secrets => ({
  resolve: async (source) => {
    const value = 'env' in source ? table[source.env] : undefined;
    if (value === undefined) throw new Error(`no secret for ${JSON.stringify(source)}`);
    return value;
  },
});

export interface Lab {
  readonly directory: string;
  /** Its public half is in every sshd's authorized_keys. */
  readonly clientKey: string;
  readonly knownHosts: string;
  /** Starts an sshd and writes its keys to known_hosts. */
  trusted(options?: SshdOptions): Promise<Sshd>;
  /** Starts one that known_hosts does not know. */
  stranger(options?: SshdOptions): Promise<Sshd>;
  target(sshd: Sshd, changes?: Partial<SshTarget>): SshTarget;
  node(sshd: Sshd, changes?: Partial<SshTarget>, become?: Become): Node;
  /** Closed with the lab. */
  transport(options?: Partial<SshTransportOptions>): Transport;
  close(): Promise<void>;
}

export const openLab = (): Lab => {
  const directory = mkdtempSync(path.join(tmpdir(), 'nodeops-ssh-'));
  // sshd reads authorized_keys as the user who logs in.
  chmodSync(directory, 0o755);
  const clientKey = makeKey(path.join(directory, 'id_client'));
  const knownHosts = path.join(directory, 'known_hosts');
  copyFileSync(`${clientKey}.pub`, path.join(directory, 'authorized_keys'));
  writeFileSync(knownHosts, '# the lab\n');
  const running: Sshd[] = [];
  const transports: Transport[] = [];

  const stranger = async (options?: SshdOptions): Promise<Sshd> => {
    const sshd = await startSshd(directory, options);
    running.push(sshd);
    return sshd;
  };
  const target = (sshd: Sshd, changes: Partial<SshTarget> = {}): SshTarget => ({
    host: '127.0.0.1',
    port: sshd.port,
    user: 'root',
    identityFiles: [clientKey],
    agent: false,
    knownHostsFiles: [knownHosts],
    ...changes,
  });
  return {
    directory,
    clientKey,
    knownHosts,
    stranger,
    target,
    trusted: async (options) => {
      const sshd = await stranger(options);
      for (const key of sshd.publicKeys.values()) appendFileSync(knownHosts, `[127.0.0.*]:${sshd.port} ${key}\n`);
      return sshd;
    },
    node: (sshd, changes = {}, become = { method: 'none' }) => ({
      name: `node-${sshd.port}`,
      role: 'worker',
      ssh: target(sshd, changes),
      become,
      kubeadm: { ignorePreflightErrors: [] },
    }),
    transport: (options = {}) => {
      const transport = createSshTransport({ secrets: secretsFrom({}), ...options });
      transports.push(transport);
      return transport;
    },
    close: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
      await Promise.all(running.map((sshd) => sshd.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** A command of the suite: `sh -c` unless told otherwise. */
export const shell = (script: string, changes: Partial<Command> = {}): Command => ({
  argv: ['sh', '-c', script],
  effect: 'read',
  lifetime: 'attached',
  timeoutMs: 15_000,
  become: false,
  ...changes,
});

/** The ConnectError that a call ends with; anything else fails the test. */
export const connectErrorOf = async (call: Promise<unknown>): Promise<ConnectError> => {
  const outcome = await call.then(
    (value) => value,
    (error: unknown) => error,
  );
  if (outcome instanceof ConnectError) return outcome;
  throw new Error(
    `expected a ConnectError, got ${outcome instanceof Error ? (outcome.stack ?? '') : JSON.stringify(outcome)}`,
  );
};

/** Resolves once `condition` holds. */
export const until = async (condition: () => boolean, limitMs = 5_000): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not seen within ${limitMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
