import { SimulatorGap } from '../../gap.ts';
import { nameOf } from '../../files/path.ts';
import type { FileStat } from '../../world/files.ts';

/** A file that find(1) has come to. */
export interface Found {
  /** As it is printed. */
  readonly path: string;
  readonly full: string;
  readonly start: string;
  readonly depth: number;
  readonly stat: FileStat;
}

/** The letters of `-type` and `%y`. */
export const kinds: Readonly<Record<string, FileStat['kind']>> = {
  f: 'file',
  d: 'directory',
  l: 'link',
  s: 'socket',
  c: 'device',
};

const directive = (letter: string, { path, full, start, depth, stat }: Found): string => {
  switch (letter) {
    case 'p':
      return path;
    case 'P':
      return path.slice(start.length).replace(/^\//, '');
    case 'f':
      return nameOf(full);
    case 'h':
      return path.slice(0, Math.max(0, path.lastIndexOf('/')));
    case 's':
      return String(stat.bytes);
    case 'd':
      return String(depth);
    case 'm':
      return stat.mode.toString(8);
    case 'i':
      return String(stat.inode);
    case 'T@':
      return `${Math.floor(stat.changedAt / 1000)}.${String(stat.changedAt % 1000).padStart(3, '0')}0000000`;
    case 'y':
      return Object.entries(kinds).find(([, kind]) => kind === stat.kind)?.[0] ?? '?';
    case '%':
      return '%';
    default:
      throw new SimulatorGap(`find -printf %${letter}`);
  }
};

/** What `-printf` prints. */
export const formatted = (format: string, found: Found): string =>
  format.replace(/%(T@|[^])|\\([nt0\\])/g, (_, letter: string | undefined, escape: string | undefined) =>
    letter === undefined ? ({ n: '\n', t: '\t', '0': '\0', '\\': '\\' }[escape ?? ''] ?? '') : directive(letter, found),
  );
