import { SimulatorGap } from '../../gap.ts';
import { isDirectoryAt } from '../../files/kinds.ts';
import { below, parentOf } from '../../files/path.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import type { FileError } from '../../world/files.ts';
import { checkWrite, targetOf } from './file-tools.ts';
import { attempt } from './input.ts';
import { readOptions } from './options.ts';

const copyFile = (call: Call, from: string, to: string, keeps: boolean): void => {
  const { files } = call.host;
  const stat = files.stat(from);
  const text = files.read(from);
  checkWrite(call, to);
  files.write(to, text, call.actor, { mode: (stat?.mode ?? 0o644) & ~call.umask });
  if (!keeps || stat === undefined) return;
  files.changeMode(to, stat.mode, call.actor);
  files.changeTime(to, call.actor, stat.changedAt);
};

/** A directory with all that is in it, as -a does. */
const copyTree = (call: Call, from: string, to: string): void => {
  const { files } = call.host;
  const kind = files.linkStat(from)?.kind;
  if (kind === 'link') throw new SimulatorGap(`${call.argv.join(' ')}: the link ${from}`);
  if (kind !== 'directory') return copyFile(call, from, to, true);
  files.makeDirectory(to, call.actor, { parents: true, mode: files.stat(from)?.mode ?? 0o755 });
  for (const name of files.list(from)) copyTree(call, below(from, name), below(to, name));
};

/** cp(1): -p, -f, -T, -a of directories too, --parents with absolute paths. */
export const cp: Tool = (call) => {
  const options = readOptions(call.argv, {
    // --parents has no short form.
    flags: 'pfTa+',
    long: { 'no-target-directory': 'T', parents: '+' },
  });
  const { files } = call.host;
  const target = options.operands.at(-1) ?? '';
  const { sources, place } = options.has('+')
    ? { sources: options.operands.slice(0, -1), place: (source: string) => `${call.path(target)}${call.path(source)}` }
    : targetOf(call, options.operands, options.has('T'));
  const copy = (source: string) => {
    const [from, to] = [call.path(source), place(source)];
    if (options.has('+')) {
      if (!isDirectoryAt(files, call.path(target))) throw new SimulatorGap(`${call.argv.join(' ')}: no directory`);
      files.makeDirectory(parentOf(to), call.actor, { parents: true, mode: 0o777 & ~call.umask });
    }
    if (!isDirectoryAt(files, from)) copyFile(call, from, to, options.has('p') || options.has('a'));
    else if (options.has('a')) copyTree(call, from, to);
    else throw new SimulatorGap(`${call.argv.join(' ')}: of a directory`);
  };
  const complain =
    (source: string) =>
    (problem: string, { code }: FileError) => {
      if (files.stat(call.path(source)) === undefined) return `cannot stat '${source}': ${problem}`;
      return code === 'ENOSPC'
        ? `error writing '${place(source)}': ${problem}`
        : `cannot create regular file '${target}': ${problem}`;
    };
  return Math.max(0, ...sources.map((source) => attempt(call, () => copy(source), complain(source))));
};
