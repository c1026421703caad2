import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** Deterministic: Ed25519 signatures hold no chance, and the key is always this one. It protects nothing. */
const seed = createHash('sha256').update('nodeops simulator').digest();
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
});
const publicKeyInfo = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });

/** One element of DER. Source: X.690, 8.1: tag, length, contents. */
const element = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(contents);
  const { length } = body;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), body]);
};
const sequence = (...contents: readonly Buffer[]): Buffer => element(0x30, ...contents);
const objectId = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const printable = (text: string): Buffer => element(0x13, Buffer.from(text));
const ed25519 = sequence(objectId('2b6570'));
const commonName = '550403';
const organization = '55040a';

const nameOf = (parts: readonly (readonly [string, string])[]): Buffer =>
  sequence(...parts.map(([type, text]) => element(0x31, sequence(objectId(type), printable(text)))));

/** UTCTime, `YYMMDDhhmmssZ`: good until 2049. */
const time = (ms: number): Buffer => {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return element(0x17, Buffer.from(digits.slice(2)));
};

export interface CertificateWish {
  readonly commonName: string;
  readonly organization?: string;
  /** Text from which the serial number follows. */
  readonly about: string;
  /** ms since the epoch. */
  readonly from: number;
  readonly until: number;
  /** It signs others. */
  readonly authority?: true;
}

const made = new Map<string, string>();

/** basicConstraints, critical, CA:TRUE. Source: RFC 5280, 4.2.1.9. */
const signsOthers = element(
  0xa3,
  sequence(sequence(objectId('551d13'), Buffer.from('0101ff', 'hex'), element(0x04, Buffer.from('30030101ff', 'hex')))),
);

const make = ({ commonName: name, organization: of, about, from, until, authority }: CertificateWish): string => {
  const serial = createHash('sha256').update(about).digest().subarray(0, 8);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 1;
  const subject = nameOf([...(of === undefined ? [] : [[organization, of] as const]), [commonName, name]]);
  const body = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, serial),
    ed25519,
    nameOf([[commonName, 'kubernetes']]),
    sequence(time(from), time(until)),
    subject,
    publicKeyInfo,
    ...(authority === true ? [signsOthers] : []),
  );
  const signature = element(0x03, Buffer.from([0]), sign(null, body, privateKey));
  const lines = sequence(body, ed25519, signature)
    .toString('base64')
    .replaceAll(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
};

/** An X.509 certificate as PEM, the same for the same wish. */
export const certificate = (wish: CertificateWish): string => {
  const key = JSON.stringify(wish);
  let text = made.get(key);
  if (text === undefined) {
    text = make(wish);
    if (made.size > 5000) made.clear();
    made.set(key, text);
  }
  return text;
};
