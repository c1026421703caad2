import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SshTarget } from '../../model/cluster.ts';
import type { ConnectError } from '../../ports/transport.ts';
import { judgeHostKey } from './host-key-verdict.ts';
import { typeOfKey } from './known-hosts-line.ts';
import { knownHostsName } from './known-hosts-match.ts';
import { readKnownHost } from './known-hosts.ts';

export interface HostKeyCheck {
  readonly knownTypes: readonly string[];
  /** Given to ssh2 as `hostVerifier`; called at every key exchange. */
  verify(key: Buffer): boolean;
  /** Why `verify` said no. */
  refusal(): ConnectError | undefined;
  /** Writes an accepted new key down. Call it when the handshake is complete, see below. */
  remember(): Promise<void>;
}

const needsNewline = async (file: string): Promise<boolean> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text !== '' && !text.endsWith('\n');
};

const append = async (file: string, target: SshTarget, key: Buffer): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const line = `${knownHostsName(target.host, target.port)} ${typeOfKey(key) ?? ''} ${key.toString('base64')}\n`;
  await appendFile(file, (await needsNewline(file)) ? `\n${line}` : line, { mode: 0o600 });
};

/**
 * Strict host key checking for one connection. ssh2 calls the verifier *before* it checks the server's signature
 * (kex.js, KEXDH_REPLY), so a new key is only written down once the server has proved to own it.
 */
export const hostKeyCheckFor = async (target: SshTarget, acceptNew: boolean): Promise<HostKeyCheck> => {
  const known = await readKnownHost(target.knownHostsFiles, target.host, target.port);
  const [firstFile] = target.knownHostsFiles;
  let accepted: Buffer | undefined;
  let refusal: ConnectError | undefined;
  return {
    knownTypes: [...known.entries, ...known.withoutPort].map((entry) => entry.keyType),
    verify: (key) => {
      if (accepted?.equals(key) === true) return true;
      const verdict = judgeHostKey(target, key, known);
      if (verdict === 'known') return true;
      if (acceptNew && firstFile !== undefined && accepted === undefined && verdict.error.kind === 'unknown-host-key') {
        accepted = Buffer.from(key);
        return true;
      }
      refusal = verdict.error;
      return false;
    },
    refusal: () => refusal,
    remember: async () => {
      if (accepted !== undefined && firstFile !== undefined) await append(firstFile, target, accepted);
    },
  };
};
