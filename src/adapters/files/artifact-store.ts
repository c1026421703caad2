import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../model/errors.ts';
import type { Artifact, ArtifactStore, ArtifactWriter } from '../../ports/artifact-store.ts';
import { makePrivateDirectory, privateFile, syncDirectory, unfinishedName } from './durable.ts';
import { artifactsDirectory, checkedSegment } from './state-directory.ts';
import { explainStorage, hasCode, storing } from './storage-error.ts';

class Measure {
  readonly #hash = createHash('sha256');
  #bytes = 0;
  add(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }
  result(): { readonly bytes: number; readonly sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }
}

const discard = async (handle: FileHandle, unfinished: string): Promise<void> => {
  await handle.close().catch(() => undefined);
  await rm(unfinished, { force: true });
};

const openWriter = async (name: string, path: string): Promise<ArtifactWriter> => {
  await makePrivateDirectory(dirname(path));
  const unfinished = unfinishedName(path);
  const handle = await storing(path, () => open(unfinished, 'wx', privateFile));
  const measure = new Measure();
  const sink = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      measure.add(chunk);
      done(null, chunk);
    },
  });
  const written = pipeline(sink, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await handle.writeFile(chunk);
  });
  // A failure is told by commit; unheard until then, it would end the process.
  written.catch(() => undefined);
  const finish = async (): Promise<void> => {
    if (!sink.writableEnded) sink.end();
    await written;
  };
  const sha256 = async (): Promise<string> => {
    await finish();
    return measure.result().sha256;
  };
  const commit = async (): Promise<Artifact> => {
    try {
      await finish();
      await handle.sync();
      await handle.close();
      await rename(unfinished, path);
      await syncDirectory(dirname(path));
    } catch (error) {
      await discard(handle, unfinished);
      throw error;
    }
    return { name, path, ...measure.result() };
  };
  const abort = async (): Promise<void> => {
    sink.destroy();
    await written.catch(() => undefined);
    await discard(handle, unfinished);
  };
  return { sink, sha256, commit: () => storing(path, commit), abort };
};

const find = async (name: string, path: string): Promise<Artifact | undefined> => {
  const measure = new Measure();
  try {
    const content: AsyncIterable<Buffer> = createReadStream(path);
    for await (const chunk of content) measure.add(chunk);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw explainStorage(error, path);
  }
  return { name, path, ...measure.result() };
};

/** Opened before it resolves: a file that is missing is known then, not in the middle. */
const readFrom = async (path: string): Promise<AsyncIterable<Uint8Array> | undefined> => {
  try {
    const handle = await open(path, 'r');
    return handle.createReadStream();
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw explainStorage(error, path);
  }
};

const artifactPath = (state: string, name: string): string => {
  const segments = name.split('/').map((segment) => checkedSegment(segment, 'artifact'));
  if (name.endsWith('.part')) throw new UsageError(`artifact ${JSON.stringify(name)}: .part marks an unfinished file`);
  return join(artifactsDirectory(state), ...segments);
};

const list = async (prefix: string, directory: string): Promise<readonly string[]> => {
  try {
    const entries = await storing(directory, () => readdir(directory, { recursive: true, withFileTypes: true }));
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${prefix}/${relative(directory, join(entry.parentPath, entry.name))}`)
      .toSorted();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
};

/** Artifacts below a state directory: `artifacts/<name>`. Names hold slashes, never a way out of that directory. */
export const createArtifactStore = (state: string): ArtifactStore => ({
  open: async (name) => openWriter(name, artifactPath(state, name)),
  find: async (name) => find(name, artifactPath(state, name)),
  read: async (name) => readFrom(artifactPath(state, name)),
  list: async (prefix) => list(prefix, artifactPath(state, prefix)),
  remove: async (name) => {
    const path = artifactPath(state, name);
    await storing(path, () => rm(path, { force: true }));
  },
  removeAll: async (prefix) => {
    const directory = artifactPath(state, prefix);
    await storing(directory, () => rm(directory, { recursive: true, force: true }));
  },
});
