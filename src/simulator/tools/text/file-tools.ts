import { SimulatorGap } from '../../gap.ts';
import { isDirectoryAt } from '../../files/kinds.ts';
import { below, nameOf, parentOf } from '../../files/path.ts';
import { gnuQuoted } from '../../shell/gnu-quote.ts';
import { mayWrite } from '../../shell/permission.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { FileError } from '../../world/files.ts';
import { attempt } from './input.ts';
import { readOptions } from './options.ts';

export const checkWrite = (call: Call, path: string): void => {
  if (!mayWrite(call.host.files, path, call.uid)) throw new FileError('EACCES', path);
};

const octal = (text: string): number => {
  if (!/^[0-7]{1,4}$/.test(text)) throw new SimulatorGap(`the mode ${text}`);
  return Number.parseInt(text, 8);
};

/** mkdir(1): -p, -m. */
export const mkdir: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'p', values: 'm', long: { parents: 'p', mode: 'm' } });
  const given = options.get('m');
  const make = (name: string) => {
    const path = call.path(name);
    if (options.has('p') && isDirectoryAt(call.host.files, path)) return;
    checkWrite(call, path);
    const parents = options.has('p');
    call.host.files.makeDirectory(path, call.actor, { parents, mode: 0o777 & ~call.umask });
    if (given !== undefined) call.host.files.changeMode(path, octal(given), call.actor);
  };
  return Math.max(
    0,
    ...options.operands.map((name) =>
      attempt(
        call,
        () => make(name),
        (problem) => `cannot create directory ${gnuQuoted(call.env, name)}: ${problem}`,
      ),
    ),
  );
};

/** rmdir(1). */
export const rmdir: Tool = (call) => {
  const { operands } = readOptions(call.argv, {});
  const remove = (name: string) => {
    const stat = call.host.files.linkStat(call.path(name));
    if (stat !== undefined && stat.kind !== 'directory') throw new FileError('ENOTDIR', name);
    call.host.files.remove(call.path(name), call.actor);
  };
  return Math.max(
    0,
    ...operands.map((name) =>
      attempt(
        call,
        () => remove(name),
        (problem) => `failed to remove '${name}': ${problem}`,
      ),
    ),
  );
};

/** rm(1): -r, -f. */
export const rm: Tool = (call) => {
  const options = readOptions(call.argv, {
    flags: 'rRfx',
    long: { recursive: 'r', force: 'f', 'one-file-system': 'x' },
  });
  const recursive = options.has('r') || options.has('R');
  const remove = (name: string) => {
    const path = call.path(name);
    const stat = call.host.files.linkStat(path);
    if (stat === undefined && options.has('f')) return;
    if (stat?.kind === 'directory' && !recursive) throw new FileError('EISDIR', name);
    checkWrite(call, parentOf(path));
    call.host.files.remove(path, call.actor, { recursive });
  };
  return Math.max(
    0,
    ...options.operands.map((name) =>
      attempt(
        call,
        () => remove(name),
        (problem) => `cannot remove '${name}': ${problem}`,
      ),
    ),
  );
};

/** The last operand or the one of -t, and whether sources go into it. */
export const targetOf = (
  call: Call,
  operands: readonly string[],
  plain: boolean,
): { sources: readonly string[]; place: (source: string) => string } => {
  const target = operands.at(-1);
  if (target === undefined || operands.length < 2) throw new SimulatorGap(call.argv.join(' '));
  const path = call.path(target);
  const into = !plain && isDirectoryAt(call.host.files, path);
  if (operands.length > 2 && !into) throw new SimulatorGap(`${call.argv.join(' ')}: the target is no directory`);
  return { sources: operands.slice(0, -1), place: (source) => (into ? below(path, nameOf(call.path(source))) : path) };
};

/** mv(1): -f, -T, -n is none of it. */
export const mv: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'fT', long: { force: 'f', 'no-target-directory': 'T' } });
  const { sources, place } = targetOf(call, options.operands, options.has('T'));
  const { files } = call.host;
  const move = (source: string) => {
    const to = place(source);
    checkWrite(call, parentOf(call.path(source)));
    checkWrite(call, parentOf(to));
    files.move(call.path(source), to, call.actor);
  };
  const complain =
    (source: string) =>
    (problem: string, { code }: FileError) => {
      if (files.linkStat(call.path(source)) === undefined) return `cannot stat '${source}': ${problem}`;
      const to = options.operands.at(-1) ?? '';
      if (code === 'EISDIR') return `cannot overwrite directory '${to}' with non-directory`;
      return `cannot move '${source}' to '${to}': ${problem}`;
    };
  return Math.max(0, ...sources.map((source) => attempt(call, () => move(source), complain(source))));
};

/** chmod(1) with octal modes, and +x. */
export const chmod: Tool = (call) => {
  const { operands } = readOptions(call.argv, {});
  const [mode = '', ...targets] = operands;
  const change = (name: string) => {
    const path = call.path(name);
    const present = call.host.files.stat(path)?.mode ?? 0;
    call.host.files.changeMode(path, mode === '+x' ? present | (0o111 & ~call.umask) : octal(mode), call.actor);
  };
  return Math.max(
    0,
    ...targets.map((name) =>
      attempt(
        call,
        () => change(name),
        (problem) => `cannot access '${name}': ${problem}`,
      ),
    ),
  );
};

const givenTime = (text: string): number => {
  const [, seconds] = /^@(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (seconds === undefined) throw new SimulatorGap(`touch -d ${text}`);
  return Math.round(Number(seconds) * 1000);
};

/** touch(1): -c, and -d with @SECONDS. */
export const touch: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'cm', values: 'd', long: { 'no-create': 'c', date: 'd' } });
  const { files } = call.host;
  const date = options.get('d');
  const time = date === undefined ? undefined : givenTime(date);
  const touchOne = (name: string) => {
    const path = call.path(name);
    if (files.stat(path) === undefined) {
      if (options.has('c')) return;
      checkWrite(call, path);
      files.write(path, '', call.actor, { mode: 0o666 & ~call.umask });
    }
    files.changeTime(path, call.actor, time);
  };
  return Math.max(
    0,
    ...options.operands.map((name) =>
      attempt(
        call,
        () => touchOne(name),
        (problem) => `cannot touch '${name}': ${problem}`,
      ),
    ),
  );
};

const giveTo = (call: Call, path: string, owner: string, recursive: boolean): void => {
  const { files } = call.host;
  if (files.linkStat(path)?.owner !== owner) files.changeOwner(path, owner, call.actor);
  if (!recursive || !isDirectoryAt(files, path)) return;
  for (const name of files.list(path)) giveTo(call, below(path, name), owner, true);
};

/** chown(1) by root: -R, a user or `USER:GROUP` in numbers, or --reference=FILE; groups are not kept. Tried on the lab. */
export const chown: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'R', values: '+', long: { recursive: 'R', reference: '+' } });
  const like = options.get('+');
  const [given = '', ...others] = options.operands;
  const owner = like === undefined ? /^(\d+)(?::\d+)?$/.exec(given)?.[1] : call.host.files.stat(call.path(like))?.owner;
  if (like !== undefined && owner === undefined) {
    call.err(`chown: failed to get attributes of '${like}': No such file or directory\n`);
    return 1;
  }
  if (owner === undefined || call.uid !== 0) throw new SimulatorGap(call.argv.join(' '));
  const give = (name: string): number =>
    attempt(
      call,
      () => giveTo(call, call.path(name), owner, options.has('R')),
      (problem) => `cannot access '${name}': ${problem}`,
    );
  return Math.max(0, ...(like === undefined ? others : options.operands).map(give));
};

/** ln(1) -s, -f, -n, -T: symbolic links; -f alone: another name of a file. */
export const ln: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'sfnT' });
  const [target, name] = options.operands;
  const isOther = !options.has('s') && options.has('f') && !options.has('n') && !options.has('T');
  if ((!options.has('s') && !isOther) || target === undefined || name === undefined)
    throw new SimulatorGap(call.argv.join(' '));
  const { files } = call.host;
  if (isOther && (isDirectoryAt(files, call.path(target)) || isDirectoryAt(files, call.path(name))))
    throw new SimulatorGap(call.argv.join(' '));
  const path =
    !options.has('n') && !options.has('T') && isDirectoryAt(files, call.path(name))
      ? below(call.path(name), nameOf(target))
      : call.path(name);
  const make = () => {
    if (options.has('f') && files.linkStat(path) !== undefined) files.remove(path, call.actor);
    if (isOther) files.nameAgain(call.path(target), path, call.actor);
    else files.link(target, path, call.actor);
  };
  return attempt(call, make, (problem) =>
    isOther ? `failed to access '${target}': ${problem}` : `failed to create symbolic link '${name}': ${problem}`,
  );
};
