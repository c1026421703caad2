import type { FoundFile } from './file-dump.ts';
import { readStanzas, type Field, type Stanza } from './stanzas.ts';

/** One repository of one apt source file. */
export interface SourceEntry {
  readonly file: string;
  readonly line: number;
  readonly format: 'list' | 'deb822';
  readonly uri: string;
  readonly suite: string;
  /** A key file, a fingerprint, or a key as such. */
  readonly signedBy?: string;
  /** False for `Enabled: no` and for a line that is commented out, as release upgrades leave them. */
  readonly enabled: boolean;
}

const oneLine = /^(#[\s#]*)?deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)/;

/** Source: sources.list(5), one-line style. */
const ofList = ({ path, text }: FoundFile): readonly SourceEntry[] =>
  text.split('\n').flatMap((raw, index) => {
    const [, comment, options = '', uri, suite] = oneLine.exec(raw.trim()) ?? [];
    if (uri === undefined || suite === undefined || !uri.includes(':')) return [];
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    const entry = { file: path, line: index + 1, format: 'list', uri, suite, enabled: comment === undefined } as const;
    return [signedBy === undefined ? entry : { ...entry, signedBy }];
  });

const words = (field: Field): { readonly word: string; readonly line: number }[] =>
  field.value
    .split('\n')
    .flatMap((text, index) =>
      text.split(/\s+/).flatMap((word) => (word === '' ? [] : [{ word, line: field.lines[index] ?? field.line }])),
    );

const no = /^(no|false|without|off|disable|0)$/i;

/** Every suite of every address is a repository of its own. */
const ofStanza = (path: string, { fields }: Stanza): readonly SourceEntry[] => {
  const { types, uris, suites, enabled, 'signed-by': signedBy } = fields;
  if (uris === undefined || suites === undefined || !/(^|\s)deb(\s|$)/.test(types?.value ?? '')) return [];
  const rest = {
    enabled: !no.test(enabled?.value ?? 'yes'),
    ...(signedBy === undefined ? {} : { signedBy: signedBy.value }),
  };
  return words(uris).flatMap(({ word: uri, line }) =>
    words(suites).map(({ word: suite }) => ({ file: path, line, format: 'deb822' as const, uri, suite, ...rest })),
  );
};

/** All repositories of binary packages that a source file names. Source: sources.list(5). */
export const readSources = (file: FoundFile): readonly SourceEntry[] =>
  file.path.endsWith('.sources')
    ? readStanzas(file.text).flatMap((stanza) => ofStanza(file.path, stanza))
    : ofList(file);
