import { UsageError } from '../model/errors.ts';
import { inPlace } from '../run/backup/store-backup.ts';
import { plainFile } from '../run/backup/verify-backup.ts';
import { textOf, writeStream } from '../run/kept-text.ts';
import type { Session } from '../run/session.ts';
import type { WholeBackup } from './whole-backup.ts';

export interface Wanted {
  /** As the manifest calls it. */
  readonly file: string;
  readonly artifact: string;
  readonly identities: string | undefined;
}

/**
 * Keeps a file of a backup, decrypted, among this machine's artifacts.
 * @throws UsageError where it is not what the manifest says any more; PlaceError.
 */
export const keepFromBackup = async (
  session: Session,
  { address, found, manifest }: WholeBackup,
  { file, artifact, identities }: Wanted,
): Promise<void> => {
  await inPlace(session, address, async (place) =>
    writeStream(session.artifacts, artifact, await plainFile(session, place, found, file, identities)),
  );
  const should = manifest.files.find(({ name }) => name === file)?.sha256;
  const kept = await session.artifacts.find(artifact);
  if (kept?.sha256 === should) return;
  await session.artifacts.remove(artifact);
  throw new UsageError(
    `${file} of ${found.id} in ${address} was changed while it was read\n    nodeops backup verify ${found.id}`,
  );
};

/** A small file of a backup, decrypted, as text. @throws PlaceError, UsageError for a wrong secret key. */
export const textFromBackup = (
  session: Session,
  { address, found }: WholeBackup,
  file: string,
  identities: string | undefined,
): Promise<string> =>
  inPlace(session, address, async (place) => textOf(await plainFile(session, place, found, file, identities)));
