import { SimulatorGap } from '../../gap.ts';
import { isDirectoryAt } from '../../files/kinds.ts';
import { below } from '../../files/path.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { FileError, type FileStat } from '../../world/files.ts';
import { errorTexts } from '../../shell/redirect.ts';
import { checkWrite } from './file-tools.ts';
import { readOptions } from './options.ts';

const block = 512;
/** What is written at once: twenty blocks (GNU tar, blocking factor). */
const record = 20 * block;

const padded = (text: string, length: number): string => text.padEnd(length, '\0');
const toFull = (text: string, size: number): string => padded(text, Math.ceil(text.length / size) * size);
const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

const types: Partial<Record<FileStat['kind'], string>> = { file: '0', link: '2', directory: '5' };

/** A header of GNU's format. Source: GNU tar manual, "Basic Tar Format"; compared with GNU tar 1.34, byte for byte. */
const header = (name: string, { kind, mode, changedAt }: FileStat, size: number, target: string): string => {
  const type = types[kind];
  if (type === undefined || name.length > 100 || target.length > 100) throw new SimulatorGap(`tar: ${name} (${kind})`);
  const before = [
    padded(name, 100),
    octal(mode, 7),
    octal(0, 7),
    octal(0, 7),
    octal(size, 11),
    octal(Math.floor(changedAt / 1000), 11),
  ].join('');
  const after = padded(`${type}${padded(target, 100)}ustar  \0`, block - before.length - 8);
  // Counted as if its own field held blanks.
  const sum = Buffer.from(`${before}${' '.repeat(8)}${after}`, 'latin1').reduce((total, byte) => total + byte, 0);
  return `${before}${octal(sum, 6)} ${after}`;
};

/** A pattern without wildcards, which GNU tar matches behind any slash; what is below goes along. */
const isExcluded = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => name === pattern || name.endsWith(`/${pattern}`));

/** What one name adds to an archive, directories with all that is in them, in the order of names. */
const member = (call: Call, name: string, excluded: readonly string[]): string => {
  if (isExcluded(name, excluded)) return '';
  const { files } = call.host;
  const path = call.path(name);
  const stat = files.linkStat(path);
  if (stat === undefined) throw new FileError('ENOENT', name);
  if (stat.kind === 'directory') {
    const inside = files.list(path).map((each) => member(call, below(name, each), excluded));
    return header(`${name}/`, stat, 0, '') + inside.join('');
  }
  if (stat.kind === 'link') return header(name, { ...stat, mode: 0o777 }, 0, files.readLink(path) ?? '');
  const text = files.read(path);
  return header(name, stat, text.length, '') + toFull(text, block);
};

const complain = (call: Call, text: string): void => call.err(`tar: ${text}\n`);

const write = (call: Call, name: string, text: string): number => {
  const path = call.path(name);
  if (path === '/dev/null') return 0;
  try {
    checkWrite(call, path);
    call.host.files.write(path, text, call.actor, { mode: 0o666 & ~call.umask });
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    complain(call, `${name}: Cannot ${error.code === 'ENOSPC' ? 'write' : 'open'}: ${errorTexts[error.code]}`);
    complain(call, 'Error is not recoverable: exiting now');
    return 2;
  }
};

/** tar(1) of GNU: an archive of relative names is made, with numeric owners. */
export const tar: Tool = (call) => {
  const options = readOptions(call.argv, {
    flags: 'cn',
    values: 'fx',
    long: { create: 'c', file: 'f', 'numeric-owner': 'n', exclude: 'x' },
  });
  const archive = options.get('f');
  const excluded = options.all('x');
  const unknown = !options.has('c') || archive === undefined || options.operands.some((name) => name.startsWith('/'));
  if (unknown || excluded.some((pattern) => /[*?[\\]/.test(pattern))) throw new SimulatorGap(call.argv.join(' '));
  if (options.operands.length === 0) {
    complain(call, 'Cowardly refusing to create an empty archive');
    call.err("Try 'tar --help' or 'tar --usage' for more information.\n");
    return 2;
  }
  let [text, status] = ['', 0];
  for (const name of options.operands) {
    const plain = isDirectoryAt(call.host.files, call.path(name)) ? name.replace(/\/+$/, '') : name;
    try {
      text += member(call, plain, excluded);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      complain(call, `${name}: Cannot stat: ${errorTexts[error.code]}`);
      status = 2;
    }
  }
  const written = write(call, archive, toFull(`${text}${'\0'.repeat(2 * block)}`, record));
  if (written !== 0) return written;
  if (status !== 0) complain(call, 'Exiting with failure status due to previous errors');
  return status;
};
