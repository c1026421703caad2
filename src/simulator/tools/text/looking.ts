import { SimulatorGap } from '../../gap.ts';
import { below, nameOf } from '../../files/path.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { FileError, type FileStat } from '../../world/files.ts';
import { attempt } from './input.ts';
import { readOptions } from './options.ts';

const kindNames = {
  file: 'regular file',
  directory: 'directory',
  link: 'symbolic link',
  socket: 'socket',
  device: 'character special file',
} as const;

const field = (letter: string, stat: FileStat, name: string): string => {
  switch (letter) {
    case 'i':
      return String(stat.inode);
    case 'd':
      return String(stat.device);
    case 's':
      return String(stat.bytes);
    case 'Y':
      return String(Math.floor(stat.changedAt / 1000));
    case 'a':
      return stat.mode.toString(8);
    case 'U':
      return stat.owner;
    case 'n':
      return name;
    case 'F':
      return stat.kind === 'file' && stat.bytes === 0 ? 'regular empty file' : kindNames[stat.kind];
    case '%':
      return '%';
    default:
      throw new SimulatorGap(`stat -c %${letter}`);
  }
};

/** `%.Y` and `%.3Y`: seconds with a fraction, of nine digits where no number is given (coreutils 9.1). */
const precise = (precision: string, letter: string, { changedAt }: FileStat): string => {
  if (letter !== 'Y') throw new SimulatorGap(`stat -c %${precision}${letter}`);
  const digits = precision === '.' ? 9 : Number(precision.slice(1));
  const [seconds, ms] = [Math.floor(changedAt / 1000), Math.floor(changedAt) % 1000];
  return `${seconds}.${String(ms).padStart(3, '0').padEnd(9, '0').slice(0, digits)}`;
};

/** stat(1) with a format: -c, -L. */
export const stat: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'L', values: 'c', long: { format: 'c', dereference: 'L' } });
  const format = options.get('c');
  if (format === undefined) throw new SimulatorGap('stat without -c');
  const show = (name: string) => {
    const path = call.path(name);
    const found = options.has('L') ? call.host.files.stat(path) : call.host.files.linkStat(path);
    if (found === undefined) throw new FileError('ENOENT', path);
    call.out(
      `${format.replace(/%(\.\d*)?([^])/g, (_, precision: string | undefined, letter: string) => (precision === undefined ? field(letter, found, name) : precise(precision, letter, found)))}\n`,
    );
  };
  return Math.max(
    0,
    ...options.operands.map((name) =>
      attempt(
        call,
        () => show(name),
        (problem) => `cannot statx '${name}': ${problem}`,
      ),
    ),
  );
};

const block = 4096;

/** Whole blocks, as ext4 gives them out; what is empty takes none. */
const diskBytes = ({ kind, bytes }: FileStat): number => (kind === 'link' ? 0 : Math.ceil(bytes / block) * block);

const usage = (call: Call, path: string, sizeOf: (stat: FileStat) => number): number => {
  const found = call.host.files.linkStat(path);
  if (found === undefined) return 0;
  const own = sizeOf(found);
  if (found.kind !== 'directory') return own;
  return call.host.files.list(path).reduce((sum, name) => sum + usage(call, below(path, name), sizeOf), own);
};

const unitOf = (text: string): number => {
  const known: Readonly<Record<string, number>> = { '1': 1, K: 1024, '1K': 1024, M: 1024 ** 2, '1M': 1024 ** 2 };
  const unit = known[text];
  if (unit === undefined) throw new SimulatorGap(`du -B ${text}`);
  return unit;
};

/** du(1) -s, with -B, -k, -b. */
export const du: Tool = (call) => {
  const options = readOptions(call.argv, {
    flags: 'skbx',
    values: 'B',
    long: { summarize: 's', bytes: 'b', 'block-size': 'B' },
  });
  if (!options.has('s')) throw new SimulatorGap('du without -s');
  const unit = options.has('b') ? 1 : options.has('k') ? 1024 : unitOf(options.get('B') ?? '1K');
  const sizeOf = options.has('b') ? (found: FileStat) => found.bytes : diskBytes;
  const show = (name: string) => {
    const path = call.path(name);
    if (call.host.files.linkStat(path) === undefined) throw new FileError('ENOENT', path);
    call.out(`${Math.ceil(usage(call, path, sizeOf) / unit)}\t${name}\n`);
  };
  return Math.max(
    0,
    ...options.operands.map((name) =>
      attempt(
        call,
        () => show(name),
        (problem) => `cannot access '${name}': ${problem}`,
      ),
    ),
  );
};

/** dirname(1). */
export const dirname: Tool = (call) => {
  for (const name of readOptions(call.argv, {}).operands) {
    const trimmed = name.replace(/(?<=[^/])\/+$/, '');
    const at = trimmed.lastIndexOf('/');
    call.out(`${at === -1 ? '.' : trimmed.slice(0, at).replace(/\/+$/, '') || '/'}\n`);
  }
  return 0;
};

/** basename(1), with a suffix. */
export const basename: Tool = (call) => {
  const [name = '', suffix = ''] = readOptions(call.argv, {}).operands;
  const last = nameOf(name.replace(/(?<=[^/])\/+$/, '')) || '/';
  call.out(`${suffix !== '' && last !== suffix && last.endsWith(suffix) ? last.slice(0, -suffix.length) : last}\n`);
  return 0;
};

/** readlink(1): plain, -f, -e. */
export const readlink: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'fen' });
  const [name = ''] = options.operands;
  const path = call.path(name);
  const found = options.has('f') || options.has('e') ? call.host.files.realPath(path) : call.host.files.readLink(path);
  if (found === undefined && options.has('f')) throw new SimulatorGap(`readlink -f ${name}, which is missing`);
  if (found === undefined) return 1;
  call.out(options.has('n') ? found : `${found}\n`);
  return 0;
};

/** realpath(1) of what is there. */
export const realpath: Tool = (call) => {
  const { operands } = readOptions(call.argv, { flags: 'e' });
  const show = (name: string) => {
    const found = call.host.files.realPath(call.path(name));
    if (found === undefined) throw new FileError('ENOENT', name);
    call.out(`${found}\n`);
  };
  return Math.max(
    0,
    ...operands.map((name) =>
      attempt(
        call,
        () => show(name),
        (problem) => `${name}: ${problem}`,
      ),
    ),
  );
};

/** ls(1) of names only: -1, -A, -a is a gap, -d, -t: newest first, and by name where they are as old. */
export const ls: Tool = (call) => {
  const options = readOptions(call.argv, { flags: '1Adt' });
  const { files } = call.host;
  const changedAt = (name: string): number => files.stat(call.path(name))?.changedAt ?? 0;
  const byName = options.operands.length === 0 ? ['.'] : options.operands.toSorted();
  const names = options.has('t') ? byName.toSorted((a, b) => changedAt(b) - changedAt(a)) : byName;
  if (options.has('t') && !options.has('d') && names.some((name) => files.stat(call.path(name))?.kind === 'directory'))
    throw new SimulatorGap('ls -t of a directory');
  let status = 0;
  for (const name of names) {
    const found = call.host.files.stat(call.path(name));
    if (found === undefined) {
      call.err(`ls: cannot access '${name}': No such file or directory\n`);
      status = 2;
    } else if (found.kind !== 'directory' || options.has('d')) call.out(`${name}\n`);
    else if (names.length > 1) throw new SimulatorGap('ls of several directories');
    else
      for (const one of call.host.files.list(call.path(name)))
        if (!one.startsWith('.') || options.has('A')) call.out(`${one}\n`);
  }
  return status;
};
