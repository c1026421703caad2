import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '../test/ssh/ssh-keys.ts';
import { startSshd, type Sshd } from '../test/ssh/sshd.ts';

export interface Hosts {
  /** Everything of the bench, removed in the end. */
  readonly directory: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly user: string;
  readonly key: string;
  readonly knownHosts: string;
  stop(): Promise<void>;
}

/** No sshd listens at more. Source: openssh, sshd.c, MAX_LISTEN_SOCKS; seen with 100 (9.2: it ends). */
const addressesOfOne = 16;

/**
 * Some of the addresses, served by an sshd that sheds no load, in a directory of its own. That is home for who logs in: a
 * `.bashrc` of this machine (pyenv's waits for a lock that all sessions share) would be what is measured.
 * Source: sshd_config(5), SetEnv: it overrides the default environment.
 */
const serve = async (directory: string, key: string, addresses: readonly string[], port?: number): Promise<Sshd> => {
  mkdirSync(directory);
  copyFileSync(`${key}.pub`, join(directory, 'authorized_keys'));
  const config = ['MaxStartups 1000', 'MaxSessions 100', `SetEnv HOME=${directory}`];
  return startSshd(directory, { addresses, config, ...(port === undefined ? {} : { port }) });
};

/**
 * So many hosts on loopback, each an address of its own at one port: what is measured is the client. Whoever starts them
 * is who logs in.
 */
export const startHosts = async (count: number): Promise<Hosts> => {
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-bench-'));
  const key = makeKey(join(directory, 'id'));
  const addresses = Array.from(
    { length: count },
    (_, index) => `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`,
  );
  const served: Sshd[] = [];
  const lines: string[] = [];
  for (let from = 0; from < count; from += addressesOfOne) {
    const some = addresses.slice(from, from + addressesOfOne);
    const sshd = await serve(join(directory, `sshd-${from}`), key, some, served[0]?.port);
    served.push(sshd);
    lines.push(...some.map((address) => `[${address}]:${sshd.port} ${sshd.publicKeys.get('ed25519') ?? ''}\n`));
  }
  const knownHosts = join(directory, 'known_hosts');
  writeFileSync(knownHosts, lines.join(''));
  return {
    directory,
    addresses,
    port: served[0]?.port ?? 0,
    user: userInfo().username,
    key,
    knownHosts,
    stop: async () => {
      for (const sshd of served) await sshd.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
