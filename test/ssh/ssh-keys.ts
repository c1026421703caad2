import { execFileSync } from 'node:child_process';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** Makes a key with ssh-keygen; the public half lies beside it. Returns the path. */
export const makeKey = (
  file: string,
  options: { readonly type?: KeyType; readonly passphrase?: string } = {},
): string => {
  const type = options.type ?? 'ed25519';
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', options.passphrase ?? '', '-C', 'test', '-f', file]);
  return file;
};
