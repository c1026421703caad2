import { SimulatorGap } from '../../gap.ts';
import { packageOf } from '../../host/apt-repository.ts';
import type { Call } from '../../shell/tool.ts';
import type { KnownOffer } from './apt-known.ts';

/** An archive by its path, as `apt-get install` takes it. */
export const isArchive = (word: string): boolean => word.startsWith('/') && word.endsWith('.deb');

export type Named =
  { readonly offers: readonly KnownOffer[]; readonly words: readonly string[] } | { readonly error: string };

/** The same words with packages instead of archives, and what those offer. Source: apt-get(8), install. */
export const namedArchives = (call: Call, words: readonly string[]): Named => {
  const { files } = call.host;
  const missing = words.find((word) => isArchive(word) && files.stat(word)?.kind !== 'file');
  if (missing !== undefined) return { error: `E: Unsupported file ${missing} given on commandline` };
  const read = words.map((word): { readonly word: string; readonly offers: readonly KnownOffer[] } => {
    if (!isArchive(word)) return { word, offers: [] };
    const [, name, version] = /([a-z-]+)_([^_/]+)_[a-z0-9]+\.deb\n$/.exec(files.read(word)) ?? [];
    if (name === undefined || version === undefined)
      throw new SimulatorGap(`apt-get: what ${word} holds is not modelled`);
    const offer = { ...packageOf(name, version), uri: 'file:', minor: '', local: word };
    return { word: `${name}=${version}`, offers: [offer] };
  });
  return { offers: read.flatMap(({ offers }) => offers), words: read.map(({ word }) => word) };
};
