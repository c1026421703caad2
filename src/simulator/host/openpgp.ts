import { createHash } from 'node:crypto';

/** A public key of a keyring, as far as apt and gpg's listing need it. */
export interface PublicKey {
  readonly fingerprint: string;
  /** The last 16 digits of the fingerprint. */
  readonly keyId: string;
  readonly bits: number;
  readonly algorithm: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly userIds: readonly { readonly text: string; readonly signedAt: number }[];
  /** Key flags of the self-signature: 1 certify, 2 sign, 12 encrypt, 32 authenticate. */
  readonly flags: number;
}

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** Old and new packet headers, without partial lengths. Source: RFC 4880, 4.2. Undefined for what is no packet. */
const readPacket = (bytes: Buffer, at: number): (Packet & { readonly next: number }) | undefined => {
  const head = bytes[at] ?? 0;
  if ((head & 0x80) === 0) return undefined;
  const fresh = (head & 0x40) !== 0;
  const tag = fresh ? head & 0x3f : (head >> 2) & 0xf;
  const first = bytes[at + 1] ?? 0;
  const lengthBytes = fresh ? (first < 192 ? 1 : first < 224 ? 2 : 5) : [1, 2, 4, 0][head & 3];
  if (lengthBytes === undefined || lengthBytes === 0 || at + 1 + lengthBytes > bytes.length) return undefined;
  const start = at + 1 + lengthBytes;
  let length = bytes.readUIntBE(at + 1, Math.min(lengthBytes, 4));
  if (fresh && lengthBytes === 2) length = ((first - 192) << 8) + (bytes[at + 2] ?? 0) + 192;
  if (fresh && lengthBytes === 5) length = bytes.readUInt32BE(at + 2);
  return start + length > bytes.length
    ? undefined
    : { tag, body: bytes.subarray(start, start + length), next: start + length };
};

/** ASCII armor and binary keys alike. Source: RFC 4880, 6.2. */
const unarmored = (text: string): Buffer => {
  const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----\n([^]*?)-----END PGP/.exec(text)?.[1];
  if (block === undefined) return Buffer.from(text, 'latin1');
  const lines = block.split('\n').filter((line) => !line.includes(': ') && !line.startsWith('='));
  return Buffer.from(lines.join(''), 'base64');
};

/** The hashed subpackets of a version 4 signature: type → content. */
const subpackets = (body: Buffer): ReadonlyMap<number, Buffer> => {
  const found = new Map<number, Buffer>();
  const end = 6 + body.readUInt16BE(4);
  for (let at = 6; at < end;) {
    const length = body[at] ?? 0;
    found.set((body[at + 1] ?? 0) & 0x7f, body.subarray(at + 2, at + 1 + length));
    at += 1 + length;
  }
  return found;
};

type Growing = { -readonly [K in Exclude<keyof PublicKey, 'userIds'>]: PublicKey[K] } & {
  readonly userIds: { readonly text: string; signedAt: number }[];
};

const keyOf = (body: Buffer): Growing => {
  const framed = Buffer.concat([Buffer.from([0x99, body.length >> 8, body.length & 0xff]), body]);
  const fingerprint = createHash('sha1').update(framed).digest('hex').toUpperCase();
  const keyId = fingerprint.slice(-16);
  const [createdAt, algorithm, bits] = [body.readUInt32BE(1), body[5] ?? 0, body.readUInt16BE(6)];
  return { fingerprint, keyId, bits, algorithm, createdAt, expiresAt: undefined, userIds: [], flags: 0 };
};

const readAll = (text: string): readonly PublicKey[] => {
  const bytes = unarmored(text);
  const keys: Growing[] = [];
  for (let at = 0; at < bytes.length;) {
    const packet = readPacket(bytes, at);
    if (packet === undefined) break;
    at = packet.next;
    const key = keys.at(-1);
    if (packet.tag === 6) keys.push(keyOf(packet.body));
    else if (packet.tag === 13) key?.userIds.push({ text: packet.body.toString('latin1'), signedAt: 0 });
    else if (packet.tag === 2 && key !== undefined) {
      const parts = subpackets(packet.body);
      const lifetime = parts.get(9)?.readUInt32BE(0);
      if (lifetime !== undefined && lifetime > 0) key.expiresAt = key.createdAt + lifetime;
      key.flags = parts.get(27)?.[0] ?? key.flags;
      const user = key.userIds.at(-1);
      if (user !== undefined) user.signedAt = parts.get(2)?.readUInt32BE(0) ?? 0;
    }
  }
  return keys;
};

const known = new Map<string, readonly PublicKey[]>();

/** The keys of a keyring; none for what is no keyring. */
export const readKeys = (text: string): readonly PublicKey[] => {
  let keys = known.get(text);
  if (keys === undefined) {
    keys = readAll(text);
    known.set(text, keys);
  }
  return keys;
};
