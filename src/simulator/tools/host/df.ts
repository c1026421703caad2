import { SimulatorGap } from '../../gap.ts';
import { freeBytes } from '../../host/disk.ts';
import type { Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';

type Row = readonly [string, string, string, string, string, string];

const heading = (unit: number): Row => ['Filesystem', `${unit}-blocks`, 'Used', 'Available', 'Capacity', 'Mounted on'];

/** Columns as wide as their widest word, the first at least 14. Source: df of coreutils 9.1. */
export const dfTable = (rows: readonly Row[], unit = 1): string => {
  const all = [heading(unit), ...rows];
  const width = (at: number): number => Math.max(...all.map((row) => row[at]?.length ?? 0));
  const first = Math.max(14, width(0));
  return all
    .map(([name, ...rest]) => {
      const numbers = rest.slice(0, 4).map((word, at) => word.padStart(width(at + 1)));
      return `${name.padEnd(first)} ${numbers.join(' ')} ${rest[4]}\n`;
    })
    .join('');
};

/** Rounded up, as POSIX asks. */
const capacity = (used: number, available: number): string =>
  `${Math.ceil((used * 100) / Math.max(1, used + available))}%`;

/** df(1) -P with -B1 or -k: everything lies on one disk. */
export const df: Tool = (call) => {
  const options = readOptions(
    { program: 'df', flags: ['-P', '--portability', '-k'], valued: ['-B', '--block-size'] },
    call.argv.slice(1),
  );
  const size = options.value('-B', '--block-size');
  const unit = options.has('-k') ? 1024 : 1;
  if (!options.has('-P', '--portability') || size !== (unit === 1 ? '1' : undefined))
    throw new SimulatorGap(`df: only -P with -B1 or -k is modelled: ${call.argv.join(' ')}`);
  const { files, disk } = call.host;
  const paths = options.rest.length === 0 ? ['/'] : options.rest;
  const found = paths.filter((path) => files.stat(call.path(path)) !== undefined);
  for (const path of paths) if (!found.includes(path)) call.err(`df: ${path}: No such file or directory\n`);
  const free = Math.floor(freeBytes(call.host) / unit);
  const all = Math.ceil(disk.bytes / unit);
  const used = all - free;
  const row: Row = ['/dev/vda', String(all), String(used), String(free), capacity(used, free), '/'];
  if (found.length > 0)
    call.out(
      dfTable(
        found.map(() => row),
        unit,
      ),
    );
  return found.length === paths.length ? 0 : 1;
};
