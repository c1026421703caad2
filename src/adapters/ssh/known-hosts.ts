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

type Line = NonNullable<ReturnType<typeof parseKnownHostsLine>>;

/** What each file said last: of hundreds of hosts every one looks through the same lines. */
const parsed = new Map<string, { readonly text: string; readonly lines: readonly Line[] }>();

const linesOf = (file: string, text: string): readonly Line[] => {
  const known = parsed.get(file);
  if (known?.text === text) return known.lines;
  const lines = text.split('\n').flatMap((line, index) => parseKnownHostsLine(file, index + 1, line) ?? []);
  parsed.set(file, { text, lines });
  return lines;
};

const namesOf = (line: Line): string => ('entry' in line ? line.entry.names : line.ignored.names);

/** What a known_hosts text says of a host. Source: ssh's check_host_key() for the bare host's part. */
export const lookUp = (file: string, text: string, host: string, port: number): KnownHost => {
  const name = knownHostsName(host, port);
  const bare = knownHostsName(host, 22);
  const found: Record<'entries' | 'withoutPort' | 'revoked', KnownHostsEntry[]> = {
    entries: [],
    withoutPort: [],
    revoked: [],
  };
  const ignored: IgnoredLine[] = [];
  for (const line of linesOf(file, text)) {
    // A hashed name costs an HMAC each time.
    const withPort = matchesNames(namesOf(line), name);
    const withoutPort = port !== 22 && matchesNames(namesOf(line), bare);
    if (!withPort && !withoutPort) continue;
    if ('ignored' in line) ignored.push(line.ignored);
    else if (line.entry.revoked) found.revoked.push(line.entry);
    else {
      if (withPort) found.entries.push(line.entry);
      if (withoutPort) found.withoutPort.push(line.entry);
    }
  }
  return { ...found, ignored };
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
