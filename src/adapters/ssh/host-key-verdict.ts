import { createHash } from 'node:crypto';
import { quote } from '../../commands/quote.ts';
import type { SshTarget } from '../../model/cluster.ts';
import { ConnectError } from '../../ports/transport.ts';
import type { KnownHostsEntry } from './known-hosts-line.ts';
import { typeOfKey } from './known-hosts-line.ts';
import { knownHostsName } from './known-hosts-match.ts';
import type { KnownHost } from './known-hosts.ts';

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

export type HostKeyVerdict = 'known' | { readonly error: ConnectError };

const where = (line: { readonly file: string; readonly line: number }): string => `${line.file}:${line.line}`;
const shown = (target: SshTarget, key: Buffer): string =>
  `${target.host}:${target.port} showed a ${typeOfKey(key) ?? 'broken'} host key ${fingerprint(key)}`;

const keyscan = (target: SshTarget): string => {
  const file = target.knownHostsFiles[0] ?? '~/.ssh/known_hosts';
  const scan = quote(['ssh-keyscan', '-p', String(target.port), target.host]);
  const behindJump =
    target.jump === undefined
      ? scan
      : `${quote(['ssh', '-p', String(target.jump.port), `${target.jump.user}@${target.jump.host}`])} ${scan}`;
  return `${behindJump} >> ${file.startsWith('~') ? file : quote([file])}`;
};

const unknown = (target: SshTarget, key: Buffer, known: KnownHost): ConnectError => {
  const ignored = known.ignored.map((line) => `; ${where(line)} was ignored: ${line.because}`).join('');
  const files = target.knownHostsFiles.join(', ');
  return new ConnectError(
    'unknown-host-key',
    `${shown(target, key)}, and ${files === '' ? 'no known_hosts file is configured' : `no line of ${files} knows it`}${ignored}`,
    `Compare the fingerprint with the node's console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then: ${keyscan(target)}`,
  );
};

const changed = (target: SshTarget, key: Buffer, entries: readonly KnownHostsEntry[]): ConnectError => {
  const expected = entries.map((entry) => `${where(entry)} expects ${entry.keyType} ${fingerprint(entry.key)}`);
  const name = knownHostsName(target.host, target.port);
  const remove = [...new Set(entries.map((entry) => entry.file))].map((file) =>
    quote(['ssh-keygen', '-R', name, '-f', file]),
  );
  return new ConnectError(
    'changed-host-key',
    `${shown(target, key)}, but ${expected.join('; ')}. Another machine answers at this address, or it was reinstalled`,
    `Only if the change is known to be right: ${remove.join(' && ')} && ${keyscan(target)}`,
  );
};

/**
 * Whether a host key may be trusted. Any other key for the host makes it a changed one, of whatever type: otherwise
 * somebody in between could pass as new by showing another type.
 */
export const judgeHostKey = (target: SshTarget, key: Buffer, known: KnownHost): HostKeyVerdict => {
  const same = (entry: KnownHostsEntry): boolean => entry.key.equals(key);
  const revoked = known.revoked.find(same);
  if (revoked !== undefined) {
    const message = `${shown(target, key)}, which ${where(revoked)} marks as @revoked`;
    const fix = `Give the node a new host key; nobody should trust this one.`;
    return { error: new ConnectError('changed-host-key', message, fix) };
  }
  if (known.entries.some(same) || known.withoutPort.some(same)) return 'known';
  return { error: known.entries.length > 0 ? changed(target, key, known.entries) : unknown(target, key, known) };
};
