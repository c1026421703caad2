import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirectoryPlace } from '../../../src/adapters/places/directory-place.ts';
import { placeContract } from './contract.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'nodeops-place-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function* text(content: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(content));
}

describe('a directory as a place for backups', () => {
  placeContract(() => Promise.resolve(createDirectoryPlace(root)));

  it('is for its owner only, and leaves no unfinished file', async () => {
    const place = createDirectoryPlace(join(root, 'private'));
    await place.write('paris/b1/a', text('keys'));
    const modeOf = (path: string): string => (statSync(join(root, 'private', path)).mode & 0o777).toString(8);
    expect(['', 'paris', 'paris/b1', 'paris/b1/a'].map(modeOf)).toEqual(['700', '700', '700', '600']);
    expect(readdirSync(join(root, 'private/paris/b1'))).toEqual(['a']);
  });

  it('takes the folder away with its last file, and leaves one that holds something else', async () => {
    const place = createDirectoryPlace(root);
    await place.write('lima/b1/a', text('1'));
    await place.write('lima/b2/a', text('1'));
    await place.write('lima/b2/notes', text('of somebody'));
    await place.remove(['lima/b1/a', 'lima/b2/a']);
    expect(readdirSync(join(root, 'lima'))).toEqual(['b2']);
  });

  it('says what is in the way, and what to do', async () => {
    mkdirSync(join(root, 'full'));
    await createDirectoryPlace(root).write('file/b1/a', text('1'));
    const place = createDirectoryPlace(join(root, 'file/b1/a'));
    await expect(place.write('paris/b1/a', text('1'))).rejects.toMatchObject({
      message: expect.stringContaining('a file lies where a directory is needed'),
      fix: expect.stringContaining('or name another place with --to'),
    });
  });
});
