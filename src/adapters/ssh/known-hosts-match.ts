import { createHmac, timingSafeEqual } from 'node:crypto';

/** The name under which known_hosts keeps a host. Source: ssh's put_host_port(): the default port is left out. */
export const knownHostsName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** `*` and `?` as in ssh_config(5), PATTERNS; all else is literal. Linear: no backtracking on hostile patterns. */
const matchesGlob = (pattern: string, name: string): boolean => {
  let p = 0;
  let n = 0;
  let star = -1;
  let resumeAt = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      resumeAt = n;
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resumeAt;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
};

/** Source: ssh's host_hash(): HMAC-SHA1 of the name, keyed by the salt. */
const matchesHash = (names: string, name: string): boolean => {
  const [, , salt = '', hash = ''] = names.split('|');
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};

/**
 * Whether the first field of a known_hosts line speaks of `name` (from `knownHostsName`).
 * A negated pattern that matches rules the line out, whatever else matches.
 */
export const matchesNames = (names: string, name: string): boolean => {
  if (names.startsWith('|1|')) return matchesHash(names, name);
  const patterns = names.toLowerCase().split(',');
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => matchesGlob(pattern, name))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesGlob(pattern, name));
};
