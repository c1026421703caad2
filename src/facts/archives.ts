import { listArchives } from '../commands/stage.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';

/** Package → deb version → the name of the archive that apt has of it. */
export type Archives = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `kubeadm_1.36.3-1.1_amd64.deb`; `:` of an epoch is written `%3a`. Source: apt, apt-pkg/acquire-item.cc. */
const form = /^([a-z0-9][a-z0-9.+-]*)_([^_/]+)_[a-z0-9]+\.deb$/;

/** Package and deb version of an archive that apt named; undefined for another name. */
export const readArchiveName = (file: string): { readonly name: string; readonly version: string } | undefined => {
  const [, name, version] = form.exec(file) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version: version.replaceAll(/%3a/gi, ':') };
};

/** Archives by package and version, of a list of files. */
export const readArchives = ({ stdout, stderr, code }: Output): Parsed<Archives> => {
  if (code !== 0) return { unreadable: stderr.trim() || stdout };
  const value: Record<string, Record<string, string>> = {};
  for (const file of stdout.split('\n').filter((line) => line !== '')) {
    const archive = readArchiveName(file);
    if (archive === undefined) return { unreadable: file };
    (value[archive.name] ??= {})[archive.version] = file;
  }
  return { value };
};

/** What apt has downloaded and would not download again; recorded on the lab, apt 2.6. */
export const archives = defineFact<Archives>({
  id: 'archives',
  subject: 'node',
  command: listArchives,
  parse: readArchives,
});
