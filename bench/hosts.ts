import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '../test/ssh/ssh-keys.ts';
import { startSshd } from '../test/ssh/sshd.ts';

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

/**
 * So many hosts on loopback, each an address of its own, all served by one sshd that sheds no load: what is measured is
 * the client. Whoever starts it is who logs in.
 */
export const startHosts = async (count: number): Promise<Hosts> => {
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-bench-'));
  const key = makeKey(join(directory, 'id'));
  copyFileSync(`${key}.pub`, join(directory, 'authorized_keys'));
  const addresses = Array.from(
    { length: count },
    (_, index) => `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`,
  );
  const sshd = await startSshd(directory, { addresses, config: ['MaxStartups 1000', 'MaxSessions 100'] });
  const knownHosts = join(directory, 'known_hosts');
  const published = sshd.publicKeys.get('ed25519') ?? '';
  writeFileSync(knownHosts, addresses.map((address) => `[${address}]:${sshd.port} ${published}\n`).join(''));
  return {
    directory,
    addresses,
    port: sshd.port,
    user: userInfo().username,
    key,
    knownHosts,
    stop: async () => {
      await sshd.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
