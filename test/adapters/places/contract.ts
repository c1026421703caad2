import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { PlaceError, type BackupPlace, type Bytes } from '../../../src/ports/backup-places.ts';

async function* pieces(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(100_000, 'x'));
  throw new Error('the source broke');
}

const whole = async (content: Bytes): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** What every kind of place promises. */
export const placeContract = (open: () => Promise<BackupPlace>): void => {
  it('gives back every byte, also of several chunks', async () => {
    const place = await open();
    const bytes = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];
    await place.write('paris/b1/etcd-snapshot.db', pieces(...bytes));
    expect((await whole(await place.read('paris/b1/etcd-snapshot.db'))).equals(Buffer.concat(bytes))).toBe(true);
    await place.close();
  });

  it('lists by name what is below a folder, with sizes, and nothing else', async () => {
    const place = await open();
    await place.write('oslo/b2/a', pieces(Buffer.from('1')));
    await place.write('oslo/b10/node-w1.tar', pieces(Buffer.from('22')));
    await place.write('osloer/b1/a', pieces(Buffer.from('333')));
    expect(await place.list('oslo')).toEqual([
      { name: 'oslo/b10/node-w1.tar', bytes: 2 },
      { name: 'oslo/b2/a', bytes: 1 },
    ]);
    expect(await place.list('nobody')).toEqual([]);
    await place.close();
  });

  it('replaces a file whole', async () => {
    const place = await open();
    await place.write('rome/b1/a', pieces(Buffer.from('before, and longer')));
    await place.write('rome/b1/a', pieces(Buffer.from('after')));
    expect((await whole(await place.read('rome/b1/a'))).toString()).toBe('after');
    await place.close();
  });

  it('has nothing of a file whose source broke', async () => {
    const place = await open();
    await expect(place.write('bern/b1/a', breaking())).rejects.toThrow(/broke/);
    expect((await place.list('bern')).filter(({ name }) => name === 'bern/b1/a')).toEqual([]);
    await place.close();
  });

  it('removes files, and is content where there are none', async () => {
    const place = await open();
    await place.write('wien/b1/a', pieces(Buffer.from('1')));
    await place.write('wien/b1/b', pieces(Buffer.from('2')));
    await place.remove(['wien/b1/a', 'wien/b1/missing']);
    expect((await place.list('wien')).map(({ name }) => name)).toEqual(['wien/b1/b']);
    await place.remove([]);
    await place.close();
  });

  it('says so where a file is not there', async () => {
    const place = await open();
    await expect(place.read('paris/b9/a')).rejects.toThrow(PlaceError);
    await place.close();
  });

  it('takes no name that leads elsewhere', async () => {
    const place = await open();
    await expect((async () => place.write('../x', pieces(Buffer.from('1'))))()).rejects.toThrow(/is no name/);
    await place.close();
  });
};
