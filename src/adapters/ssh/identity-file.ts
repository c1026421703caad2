import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { quote } from '../../commands/quote.ts';
import type { SecretSource } from '../../model/cluster.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { ConnectError } from '../../ports/transport.ts';
import { fingerprint } from './host-key-verdict.ts';
import { codeOf } from './thrown.ts';

export interface Identity {
  readonly key: ParsedKey;
  /** `key /home/ops/.ssh/id_ed25519 (SHA256:…)`, for messages. */
  readonly described: string;
}

/** `encrypted` when a passphrase is needed and the inventory names none. */
export type IdentityFile = Identity | 'encrypted';

const bad = (file: string, why: string, fix: string, cause?: unknown): ConnectError =>
  new ConnectError('bad-identity', `identity file ${file}: ${why}`, fix, cause === undefined ? {} : { cause });

const contentOf = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${String(error)}`;
    throw bad(file, why, `Correct identityFile in the inventory, or: ${quote(['ls', '-l', file])}`, error);
  }
};

/** What ssh2's keyParser.js answers for a key that it could read but not decrypt. */
const wantsPassphrase = (error: Error): boolean => /no passphrase given/i.test(error.message);

const parse = (content: Buffer, passphrase?: string): ParsedKey | Error => {
  const parsed: ParsedKey | Error | readonly ParsedKey[] = ssh2.utils.parseKey(content, passphrase);
  // ssh2 answers with an array for OpenSSH's format; its types do not say so.
  if (!Array.isArray(parsed)) return parsed;
  return parsed[0] ?? new Error('the file holds no key');
};

const described = (file: string, key: ParsedKey): Identity => ({
  key,
  described: `key ${file} (${fingerprint(key.getPublicSSH())})`,
});

const usable = async (
  file: string,
  content: Buffer,
  passphrase: () => Promise<string> | undefined,
): Promise<IdentityFile> => {
  const plain = parse(content);
  if (!(plain instanceof Error)) {
    if (plain.isPrivateKey()) return described(file, plain);
    throw bad(file, 'holds no private key', 'Name the private key (the file without .pub), or leave it to the agent.');
  }
  if (!wantsPassphrase(plain)) {
    const fix = 'Use an agent (ssh-add), or make another key: ssh-keygen -t ed25519';
    throw bad(file, `is not a key that can be used: ${plain.message}`, fix, plain);
  }
  const given = await passphrase();
  if (given === undefined) return 'encrypted';
  const decrypted = parse(content, given);
  if (!(decrypted instanceof Error)) return described(file, decrypted);
  throw bad(file, 'the passphrase is wrong', `Try it: ${quote(['ssh-keygen', '-y', '-f', file])}`, decrypted);
};

/** Reads a private key, asking for its passphrase only if it is encrypted. Rejects with ConnectError 'bad-identity'. */
export type IdentityReader = (file: string, passphrase: SecretSource | undefined) => Promise<IdentityFile>;

/** Keys are read once and kept: decrypting one takes ssh2 tenths of a second, during which nothing else happens. */
export const createIdentityReader = (secrets: Secrets): IdentityReader => {
  const read = new Map<string, Promise<IdentityFile>>();
  return async (file, passphrase) => {
    const key = JSON.stringify([file, passphrase]);
    const ask = (): Promise<string> | undefined =>
      passphrase === undefined ? undefined : secrets.resolve(passphrase, `the passphrase of ${file}`);
    const reading = read.get(key) ?? contentOf(file).then((content) => usable(file, content, ask));
    read.set(key, reading);
    // A key that was refused may be there, or readable, at the next attempt.
    reading.catch(() => read.delete(key));
    return await reading;
  };
};
