import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

/**
 * Host key algorithms in our order of preference, by the type of the key that a known_hosts line holds.
 * `ssh-rsa` names a key type there; as a signature (SHA-1) it is not offered.
 */
const signaturesOfKeyType = new Map<string, readonly ServerHostKeyAlgorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/** The types known for the host come first: a server with several keys then shows the one that can be checked. */
export const hostKeyOrder = (knownTypes: readonly string[]): ServerHostKeyAlgorithm[] => {
  const known = [...signaturesOfKeyType].filter(([type]) => knownTypes.includes(type));
  const others = [...signaturesOfKeyType].filter(([type]) => !knownTypes.includes(type));
  return [...known, ...others].flatMap(([, signatures]) => signatures);
};

const kex: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group14-sha256',
];
const cipher: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];
const hmac: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

/**
 * What is offered to a server: no group exchange (its group is the server's choice), no SHA-1, no CBC, no compression.
 * All of it works without ssh2's optional native modules.
 */
export const algorithmsFor = (knownTypes: readonly string[]): Algorithms => ({
  kex,
  cipher,
  hmac,
  serverHostKey: hostKeyOrder(knownTypes),
  compress: ['none'],
});
