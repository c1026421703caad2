import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createArtifactStore } from '../../../src/adapters/files/artifact-store.ts';
import type { Artifact } from '../../../src/ports/artifact-store.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'nodeops-artifacts-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

const name = 'paris/etcd-1.36.3.db';
const keep = async (content: Buffer): Promise<Artifact> => {
  const writer = await createArtifactStore(state).open(name);
  await pipeline(Readable.from([content.subarray(0, 100), content.subarray(100)]), writer.sink);
  return writer.commit();
};

it('keeps a file whole, private and hashed', async () => {
  const content = randomBytes(300_000);
  const artifact = await keep(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(artifact).toEqual({ name, path: join(state, 'artifacts', name), bytes: 300_000, sha256 });
  expect(content.equals(await readFile(artifact.path))).toBe(true);
  expect((await stat(artifact.path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(state, 'artifacts/paris'))).mode & 0o777).toBe(0o700);
  expect(await createArtifactStore(state).find(name)).toEqual(artifact);
});

it('tells the hash of what arrived before the file gets its name, and keeps it then', async () => {
  const content = Buffer.from('snapshot');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const writer = await createArtifactStore(state).open(name);
  await pipeline(Readable.from([content]), writer.sink);
  expect(await writer.sha256()).toBe(sha256);
  expect(await createArtifactStore(state).find(name)).toBeUndefined();
  expect(await writer.commit()).toMatchObject({ bytes: content.length, sha256 });
  expect((await createArtifactStore(state).find(name))?.sha256).toBe(sha256);
});

it('finds what is there now, not what was written', async () => {
  const artifact = await keep(Buffer.from('snapshot'));
  await writeFile(artifact.path, 'snapsh0t');
  const found = await createArtifactStore(state).find(name);
  expect(found?.sha256).not.toBe(artifact.sha256);
});

it('finds nothing where nothing is', async () => {
  await keep(Buffer.from('snapshot'));
  expect(await createArtifactStore(state).find('paris/other.db')).toBeUndefined();
  expect(await createArtifactStore(state).find(`${name}/inner`)).toBeUndefined();
});

it('replaces a file whole, and leaves nothing of an aborted one', async () => {
  await keep(Buffer.from('old'));
  const writer = await createArtifactStore(state).open(name);
  writer.sink.write('half');
  await writer.abort();
  expect(await readdir(join(state, 'artifacts/paris'))).toEqual(['etcd-1.36.3.db']);
  await keep(Buffer.from('new'));
  expect(await readFile(join(state, 'artifacts', name), 'utf8')).toBe('new');
});

async function* cutOff(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('half'));
  throw new Error('connection lost');
}

it('a source that fails is told by commit, and nothing is kept', async () => {
  const writer = await createArtifactStore(state).open(name);
  const source = Readable.from(cutOff());
  await expect(pipeline(source, writer.sink)).rejects.toThrow('connection lost');
  await expect(writer.commit()).rejects.toThrow('connection lost');
  expect(await readdir(join(state, 'artifacts/paris'))).toEqual([]);
});

it.each(['../etcd.db', '/etc/passwd', 'paris/../../x', 'paris//x', 'paris/.x', 'a.part', ''])(
  'refuses the name %j',
  async (bad) => {
    await expect(createArtifactStore(state).open(bad)).rejects.toMatchObject({ name: 'UsageError' });
    await expect(createArtifactStore(state).find(bad)).rejects.toMatchObject({ name: 'UsageError' });
  },
);
