import { SimulatorGap } from '../../gap.ts';
import { packageOf } from '../../host/apt-repository.ts';
import type { Call } from '../../shell/tool.ts';
import type { KnownOffer } from './apt-known.ts';

/** An archive by its path, as `apt-get install` takes it. */
export const isArchive = (word: string): boolean => word.startsWith('/') && word.endsWith('.deb');

/** Whether anybody may read a file: each directory above it can be entered, and it can be read itself. */
const isOpen = (call: Call, path: string): boolean => {
  const parts = path.split('/').slice(1);
  const above = parts.slice(0, -1).map((_part, index) => `/${parts.slice(0, index + 1).join('/')}`);
  const mode = (each: string): number => call.host.files.stat(each)?.mode ?? 0;
  return above.every((directory) => (mode(directory) & 0o001) !== 0) && (mode(path) & 0o004) !== 0;
};

/**
 * What apt says of archives that `_apt` cannot read; empty where it can. Recorded on the lab, apt 2.6.1: the archive of
 * a directory of mode 0700, rc 100.
 */
export const refusedArchives = (call: Call, paths: readonly string[]): string =>
  paths
    .filter((path) => !isOpen(call, path))
    .map((path) => `E: Failed to fetch file:${path}  File not found - ${path} (13: Permission denied)\n`)
    .join('');

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
    const offer = { ...packageOf(name, version), uri: 'file:', origin: '', local: word };
    return { word: `${name}=${version}`, offers: [offer] };
  });
  return { offers: read.flatMap(({ offers }) => offers), words: read.map(({ word }) => word) };
};
