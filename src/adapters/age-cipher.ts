import { Readable } from 'node:stream';
import { Decrypter, Encrypter } from 'age-encryption';
import { UsageError } from '../model/errors.ts';
import type { Bytes } from '../ports/backup-places.ts';
import type { Cipher } from '../ports/cipher.ts';

/** A chunk that was put into a stream must not be one that is written into again: age keeps views of it. */
const webStream = (content: Bytes): ReadableStream<Uint8Array> => {
  const iterator = content[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
};

const secretKeys = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const adding = (decrypter: Decrypter, text: string): void => {
  const keys = secretKeys(text);
  if (keys.length === 0) throw new UsageError('--identity: the file holds no secret key of age (AGE-SECRET-KEY-…)');
  for (const [index, key] of keys.entries())
    try {
      decrypter.addIdentity(key);
    } catch (error) {
      throw new UsageError(
        `--identity: key ${index + 1} of the file is no secret key of age: expected AGE-SECRET-KEY-…\n` +
          '    a file of age-keygen without a passphrase is expected; of an encrypted one: age -d KEYFILE > /dev/shm/key',
        { cause: error },
      );
    }
};

/** age (age-encryption.org/v1), in streams of its 64 KiB chunks. */
export const ageCipher: Cipher = {
  encrypt: async (content, recipients) => {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return Readable.fromWeb(await encrypter.encrypt(webStream(content)));
  },
  decrypt: async (content, identities) => {
    const decrypter = new Decrypter();
    adding(decrypter, identities);
    try {
      return Readable.fromWeb(await decrypter.decrypt(webStream(content)));
    } catch (error) {
      if (error instanceof Error && error.message.includes('no identity matched'))
        throw new UsageError('--identity: none of its keys opens this backup: it was encrypted for others', {
          cause: error,
        });
      throw error;
    }
  },
};
