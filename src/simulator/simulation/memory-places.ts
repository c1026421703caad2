import { PlaceError, type BackupPlace, type BackupPlaces, type Bytes } from '../../ports/backup-places.ts';

/** By address, then by name. */
export type StoredBytes = Map<string, Map<string, Uint8Array>>;

const gathered = async (content: Bytes): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const place = (address: string, files: Map<string, Uint8Array>): BackupPlace => ({
  address,
  list: (prefix) =>
    Promise.resolve(
      [...files]
        .filter(([name]) => name.startsWith(`${prefix}/`))
        .map(([name, { length }]) => ({ name, bytes: length }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ),
  write: async (name, content) => void files.set(name, await gathered(content)),
  read: (name) => {
    const bytes = files.get(name);
    return bytes === undefined
      ? Promise.reject(new PlaceError(`${address}: ${name} is not there`, 'see what is: nodeops backup list'))
      : Promise.resolve(once(bytes));
  },
  remove: (names) => {
    for (const name of names) files.delete(name);
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
});

/** Directories only: what is beyond this machine is not simulated. */
export const memoryPlaces = (stored: StoredBytes): BackupPlaces => ({
  open: (target) => {
    if (target.kind !== 'directory') return Promise.reject(new Error(`${target.kind} is not simulated`));
    const files = stored.get(target.path) ?? new Map<string, Uint8Array>();
    stored.set(target.path, files);
    return Promise.resolve(place(target.path, files));
  },
});
