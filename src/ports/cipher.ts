import type { Bytes } from './backup-places.ts';

/** Encrypts for the owners of public keys. Streams: nothing is held in memory but some chunks. */
export interface Cipher {
  encrypt(content: Bytes, recipients: readonly string[]): Promise<Bytes>;
  /**
   * What comes is authentic as far as it came; the stream fails where it was changed or cut off.
   * @throws UsageError when none of the secret keys (the text of a file of age-keygen) opens it.
   */
  decrypt(content: Bytes, identities: string): Promise<Bytes>;
}
