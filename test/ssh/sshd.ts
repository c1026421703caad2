import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { programPath } from './programs.ts';
import { makeKey } from './ssh-keys.ts';
import type { KeyType } from './ssh-keys.ts';

export interface SshdOptions {
  readonly hostKeyTypes?: readonly KeyType[];
  readonly addresses?: readonly string[];
  /** One that is free on 127.0.0.1 unless said. */
  readonly port?: number;
  /** Further lines of sshd_config; the first value of a keyword counts, so these win over the defaults. */
  readonly config?: readonly string[];
}

export interface Sshd {
  readonly port: number;
  /** `ssh-ed25519 AAAA…` by type. */
  readonly publicKeys: ReadonlyMap<KeyType, string>;
  log(): string;
  /** The processes that serve connections, all descendants of the sshd that was started here. */
  sessions(): number[];
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

const childrenOf = (pid: number): number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
};

const isSshd = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sshd');
  } catch {
    return false;
  }
};

const sshdsBelow = (pid: number): number[] => {
  const own = childrenOf(pid).filter(isSshd);
  return [...own, ...own.flatMap(sshdsBelow)];
};

/** A process that ended meanwhile is no error. */
const endProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('ESRCH')) throw error;
  }
};

const configText = (port: number, directory: string, keys: readonly string[], options: SshdOptions): string =>
  [
    ...(options.config ?? []),
    `Port ${port}`,
    ...(options.addresses ?? ['127.0.0.1']).map((address) => `ListenAddress ${address}`),
    ...keys.map((key) => `HostKey ${key}`),
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'LogLevel VERBOSE',
    'Subsystem sftp internal-sftp',
  ].join('\n') + '\n';

/** Starts a real sshd on loopback, with host keys of its own. `directory` holds `authorized_keys`. */
export const startSshd = async (directory: string, options: SshdOptions = {}): Promise<Sshd> => {
  const port = options.port ?? (await freePort());
  const types = options.hostKeyTypes ?? ['ed25519'];
  const keys = types.map((type) => makeKey(path.join(directory, `host_${port}_${type}`), { type }));
  const config = path.join(directory, `sshd_config_${port}`);
  writeFileSync(config, configText(port, directory, keys, options));
  const program = programPath('sshd') ?? 'sshd';
  const child = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      // It says so of each of its addresses, one after the other.
      if (log.split(`port ${port}.`).length > (options.addresses?.length ?? 1)) resolve();
    });
    child.once('exit', () => reject(new Error(`sshd ended: ${log}`)));
  });
  const pid = child.pid ?? 0;
  return {
    port,
    publicKeys: new Map(
      types.map((type, index) => [
        type,
        readFileSync(`${keys[index]}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' '),
      ]),
    ),
    log: () => log,
    sessions: () => sshdsBelow(pid),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      for (const session of sshdsBelow(pid)) endProcess(session);
      child.kill('SIGKILL');
      await ended;
    },
  };
};
