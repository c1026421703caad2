import { readFile } from 'node:fs/promises';
import { parseKnownHostsLine } from './known-hosts-line.ts';
import type { IgnoredLine, KnownHostsEntry } from './known-hosts-line.ts';
import { codeOf } from './thrown.ts';
import { knownHostsName, matchesNames } from './known-hosts-match.ts';

/** What the known_hosts files say of one host and port. */
export interface KnownHost {
  /** Lines for this host and port. */
  readonly entries: readonly KnownHostsEntry[];
  /** Lines for the bare host when the port is not 22: ssh accepts their keys too, but sees no conflict in them. */
  readonly withoutPort: readonly KnownHostsEntry[];
  readonly revoked: readonly KnownHostsEntry[];
  readonly ignored: readonly IgnoredLine[];
}

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // A file that does not exist knows no hosts; ssh does not complain either.
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
};

/** What a known_hosts text says of a host. Source: ssh's check_host_key() for the bare host's part. */
export const lookUp = (file: string, text: string, host: string, port: number): KnownHost => {
  const lines = text.split('\n').map((line, index) => parseKnownHostsLine(file, index + 1, line));
  const entries = lines.flatMap((line) => (line !== undefined && 'entry' in line ? [line.entry] : []));
  const ignored = lines.flatMap((line) => (line !== undefined && 'ignored' in line ? [line.ignored] : []));
  const name = knownHostsName(host, port);
  const bare = knownHostsName(host, 22);
  const withPort = (line: { readonly names: string }): boolean => matchesNames(line.names, name);
  const withoutPort = (line: { readonly names: string }): boolean => matchesNames(line.names, bare);
  const usable = entries.filter((entry) => !entry.revoked);
  return {
    entries: usable.filter(withPort),
    withoutPort: port === 22 ? [] : usable.filter(withoutPort),
    revoked: entries.filter((entry) => entry.revoked && (withPort(entry) || withoutPort(entry))),
    ignored: ignored.filter((line) => withPort(line) || withoutPort(line)),
  };
};

/** Reads the files anew: another process may have added a host since. */
export const readKnownHost = async (files: readonly string[], host: string, port: number): Promise<KnownHost> => {
  const found = await Promise.all(files.map(async (file) => lookUp(file, await textOf(file), host, port)));
  return {
    entries: found.flatMap((one) => one.entries),
    withoutPort: found.flatMap((one) => one.withoutPort),
    revoked: found.flatMap((one) => one.revoked),
    ignored: found.flatMap((one) => one.ignored),
  };
};
