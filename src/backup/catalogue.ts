import { checksumsName, encryptedSuffix, isBackupId, manifestName, verifiedName } from './names.ts';
import { objectsFile, snapshotFile, snapshotStatusFile, stateFile } from './names.ts';

const singles: readonly string[] = [
  checksumsName,
  verifiedName,
  ...[manifestName, snapshotFile, snapshotStatusFile, stateFile, objectsFile].flatMap((name) => [
    name,
    `${name}${encryptedSuffix}`,
  ]),
];

/** Whether nodeops gives files of a backup such a name. */
export const isOurName = (name: string): boolean =>
  singles.includes(name) || /^(node-[a-z0-9.-]+\.(tar|txt)|hook-[a-z0-9.-]+\.txt)(\.age)?$/.test(name);

/** The files of one backup in a place: names within its folder. */
export interface Folder {
  readonly id: string;
  readonly names: readonly string[];
  readonly bytes: number;
}

/** Backups of a cluster among what a place lists; what has another form is nobody's business. */
export const foldersOf = (
  cluster: string,
  files: readonly { readonly name: string; readonly bytes: number }[],
): readonly Folder[] => {
  const ours = files.flatMap(({ name, bytes }) => {
    const [first, id = '', ...rest] = name.split('/');
    return first === cluster && isBackupId(id) && rest.length > 0 ? [{ id, name: rest.join('/'), bytes }] : [];
  });
  return [...Map.groupBy(ours, ({ id }) => id)].map(([id, inside]) => ({
    id,
    names: inside.map(({ name }) => name),
    bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
};
