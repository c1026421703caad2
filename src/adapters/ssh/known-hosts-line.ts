/** One usable line of a known_hosts file. */
export interface KnownHostsEntry {
  readonly file: string;
  readonly line: number;
  readonly revoked: boolean;
  /** The first field as written: patterns separated by commas, or `|1|salt|hash`. */
  readonly names: string;
  readonly keyType: string;
  /** The key as it goes over the wire. */
  readonly key: Buffer;
}

/** A line that says something about hosts, but that we do not use. */
export interface IgnoredLine {
  readonly file: string;
  readonly line: number;
  readonly names: string;
  readonly because: string;
}

export type KnownHostsLine = { readonly entry: KnownHostsEntry } | { readonly ignored: IgnoredLine } | undefined;

/** The type that a public key blob itself begins with, or undefined when it is no key. */
export const typeOfKey = (key: Buffer): string | undefined => {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  return length === 0 || key.length <= 4 + length ? undefined : key.toString('latin1', 4, 4 + length);
};

const markers = new Set(['@revoked', '@cert-authority']);

/** Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT: `[marker] names keytype base64-key [comment]`. */
export const parseKnownHostsLine = (file: string, line: number, text: string): KnownHostsLine => {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const fields = trimmed.split(/[ \t]+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  const [names = '', keyType = '', base64 = ''] = fields;
  const ignored = (because: string): KnownHostsLine => ({ ignored: { file, line, names, because } });
  if (marker !== undefined && !markers.has(marker)) return ignored(`unknown marker ${marker}`);
  if (marker === '@cert-authority') return ignored('host certificates (@cert-authority) are not supported');
  const key = Buffer.from(base64, 'base64');
  if (typeOfKey(key) !== keyType) return ignored('not a public key');
  return { entry: { file, line, revoked: marker === '@revoked', names, keyType, key } };
};
