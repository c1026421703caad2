import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { sshKey } from './paths.ts';
import { run } from './run-command.ts';

/** The lab's own key pair, made once; it opens the account `ops` on every node. */
export async function ensureSshKey(): Promise<void> {
  if (existsSync(`${sshKey}.pub`)) return;
  mkdirSync(dirname(sshKey), { recursive: true, mode: 0o700 });
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'nodeops-lab', '-f', sshKey]);
}
