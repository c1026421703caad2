import { once } from 'node:events';
import type { ArtifactStore } from '../ports/artifact-store.ts';

/** All of a stream, as text: for what is known to be small. */
export const textOf = async (content: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/** A small artifact's text; undefined where there is none of that name. */
export const readText = async (artifacts: ArtifactStore, name: string): Promise<string | undefined> => {
  const content = await artifacts.read(name);
  return content === undefined ? undefined : textOf(content);
};

/** What lies below a prefix, by name. */
export const readNotes = async (artifacts: ArtifactStore, prefix: string): Promise<ReadonlyMap<string, string>> => {
  const notes = new Map<string, string>();
  for (const name of await artifacts.list(prefix)) {
    const text = await readText(artifacts, name);
    if (text !== undefined) notes.set(name, text);
  }
  return notes;
};

/** Writes a small artifact whole; durable when it resolves. */
export const writeText = async (artifacts: ArtifactStore, name: string, text: string): Promise<void> => {
  const writer = await artifacts.open(name);
  writer.sink.write(text);
  await writer.commit();
};

/** Writes an artifact of any size from a stream; whole or not at all. */
export const writeStream = async (
  artifacts: ArtifactStore,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const writer = await artifacts.open(name);
  try {
    for await (const chunk of content) if (!writer.sink.write(chunk)) await once(writer.sink, 'drain');
  } catch (error) {
    await writer.abort();
    throw error;
  }
  await writer.commit();
};
