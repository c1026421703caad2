import type { Host } from '../world/host.ts';

/** One repository of the sources that apt reads. */
export interface Source {
  readonly uri: string;
  readonly suite: string;
  /** Empty where the suite is a path: `/`. */
  readonly components: readonly string[];
  /** The keyrings that may sign it: texts, and paths of files. */
  readonly signedBy: readonly ({ readonly path: string } | { readonly text: string })[];
}

export type Sources = { readonly sources: readonly Source[] } | { readonly malformed: string };

const pathsOf = (signedBy: string): readonly { readonly path: string }[] =>
  signedBy.split(/[\s,]+/).flatMap((path) => (path.startsWith('/') ? [{ path }] : []));

/** `deb [signed-by=F arch=amd64] URI SUITE COMPONENT…`. Source: sources.list(5). */
const readLine = (line: string, at: string): Source | string | undefined => {
  const text = line.replace(/#.*$/, '').trim();
  if (text === '') return undefined;
  const [, type, options = '', rest = ''] = /^(\S+)\s+(?:\[([^\]]*)\]\s+)?(.*)$/.exec(text) ?? [];
  if (type === 'deb-src') return undefined;
  if (type !== 'deb')
    return `E: Type '${type ?? text}' is not known on line ${at.replace('in list file', 'in source list')}`;
  const list = options.split(/\s+/).filter((option) => option !== '');
  if (list.some((option) => !option.includes('='))) return `E: Malformed entry ${at} ([option] not assignment)`;
  const [uri, suite, ...components] = rest.split(/\s+/);
  if (uri === undefined || uri === '') return `E: Malformed entry ${at} (URI)`;
  if (suite === undefined) return `E: Malformed entry ${at} (Suite)`;
  const signedBy = list.find((option) => option.startsWith('signed-by='))?.slice('signed-by='.length) ?? '';
  return { uri, suite, components, signedBy: pathsOf(signedBy) };
};

const readList = (file: string, text: string): Sources => {
  const sources: Source[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const found = readLine(line, `${at + 1} in list file ${file}`);
    if (typeof found === 'string') return { malformed: found };
    if (found !== undefined) sources.push(found);
  }
  return { sources };
};

/** One stanza as field → value, lines joined by line feeds; comments are left out. Source: deb822(5). */
const stanza = (text: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    if (/^[ \t]/.test(line)) fields.set(name, `${fields.get(name) ?? ''}\n${line.trim()}`);
    else {
      name = line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
      if (name !== '') fields.set(name, line.slice(line.indexOf(':') + 1).trim());
    }
  }
  return fields;
};

const words = (value = ''): readonly string[] => value.split(/\s+/).filter((word) => word !== '');

const readStanzas = (text: string): readonly Source[] =>
  text.split(/\n[ \t]*\n/).flatMap((part) => {
    const fields = stanza(part);
    if (!words(fields.get('types')).includes('deb') || /^(no|false|0|off)$/i.test(fields.get('enabled') ?? 'yes'))
      return [];
    const signed = fields.get('signed-by') ?? '';
    const signedBy = signed.includes('BEGIN PGP')
      ? [{ text: signed.replace(/^\.$/gm, '').trimStart() }]
      : pathsOf(signed);
    return words(fields.get('uris')).flatMap((uri) =>
      words(fields.get('suites')).map((suite) => ({
        uri,
        suite,
        components: words(fields.get('components')),
        signedBy,
      })),
    );
  });

const readFile = (host: Host, file: string): Sources => {
  const text = host.files.read(file);
  return file.endsWith('.sources') ? { sources: readStanzas(text) } : readList(file, text);
};

/**
 * What apt reads: one file, then those of a directory whose names it takes (`*.list`, `*.sources`), in their order.
 * Source: sources.list(5); recorded on the lab, apt 2.6: one malformed line spoils them all.
 */
export const readSources = (host: Host, file: string, directory: string): Sources => {
  const inDirectory =
    host.files.stat(directory)?.kind === 'directory'
      ? host.files.list(directory).filter((name) => /^[A-Za-z0-9_.-]+\.(list|sources)$/.test(name))
      : [];
  const files = [
    ...(host.files.stat(file)?.kind === 'file' ? [file] : []),
    ...inDirectory.map((name) => `${directory}/${name}`),
  ];
  const read = files.map((path) => readFile(host, path));
  const wrong = read.find((one) => 'malformed' in one);
  return wrong ?? { sources: read.flatMap((one) => ('sources' in one ? one.sources : [])) };
};
