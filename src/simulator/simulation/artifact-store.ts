import { createHash } from 'node:crypto';
import type { Artifact, ArtifactStore } from '../../ports/artifact-store.ts';
import { WrittenText } from './written-text.ts';

/** The artifacts of one operator's machine, by name; their content, a character a byte. */
export type Artifacts = Map<string, Artifact & { readonly content: string }>;

async function* bytesOf(content: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(content, 'latin1'));
}

const below = (kept: Artifacts, prefix: string): readonly string[] =>
  [...kept.keys()].filter((name) => name.startsWith(`${prefix}/`)).toSorted();

/** Artifacts in memory; `committed` is told of each that got its name, and what is in it, a character a byte. */
export const createArtifacts = (
  kept: Artifacts,
  committed: (artifact: Artifact, bytes: string) => void,
): ArtifactStore => ({
  find: (name) => Promise.resolve(kept.get(name)),
  read: (name) => {
    const found = kept.get(name);
    return Promise.resolve(found === undefined ? undefined : bytesOf(found.content));
  },
  list: (prefix) => Promise.resolve(below(kept, prefix)),
  remove: (name) => {
    kept.delete(name);
    return Promise.resolve();
  },
  removeAll: (prefix) => {
    for (const name of below(kept, prefix)) kept.delete(name);
    return Promise.resolve();
  },
  open: (name) => {
    const sink = new WrittenText('latin1');
    const sha256 = (): string => createHash('sha256').update(sink.text, 'latin1').digest('hex');
    return Promise.resolve({
      sink,
      sha256: () => {
        sink.end();
        return Promise.resolve(sha256());
      },
      commit: () => {
        const artifact = { name, path: `/state/artifacts/${name}`, bytes: sink.text.length, sha256: sha256() };
        kept.set(name, { ...artifact, content: sink.text });
        committed(artifact, sink.text);
        return Promise.resolve(artifact);
      },
      abort: () => {
        sink.destroy();
        return Promise.resolve();
      },
    });
  },
});
