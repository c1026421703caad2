import { SimulatorGap } from '../gap.ts';
import type { Task } from '../kernel.ts';
import { FileError } from '../world/files.ts';
import type { Redirect } from './ast.ts';
import { expandText } from './expand.ts';
import { FileDescription, NullFile, TextSource, type OpenFile } from './open-file.ts';
import { mayRead, mayWrite } from './permission.ts';
import type { Shell } from './shell.ts';
import { wait } from './soon.ts';

/** A redirection that could not be made: dash's text without its prefix. */
export class RedirectFailure extends Error {
  override readonly name = 'RedirectFailure';
}

/** strerror(3). */
export const errorTexts: Readonly<Record<FileError['code'], string>> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOSPC: 'No space left on device',
  ENOTEMPTY: 'Directory not empty',
  EACCES: 'Permission denied',
  EROFS: 'Read-only file system',
  ELOOP: 'Too many levels of symbolic links',
};

/** Source: dash, error.c, errmsg(). */
const whyNot = (error: FileError, creates: boolean): string => {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return errorTexts[error.code];
  return creates ? 'Directory nonexistent' : 'No such file';
};

const openAt = (shell: Shell, path: string, operator: Redirect['operator']): OpenFile => {
  const { files } = shell.host;
  const { actor } = shell.proc;
  if (operator === '<') {
    if (!mayRead(files, path, shell.uid)) throw new FileError('EACCES', path);
    return new FileDescription(files.open(path, actor), false);
  }
  if (!mayWrite(files, path, shell.uid)) throw new FileError('EACCES', path);
  const mode = 0o666 & ~shell.umask;
  const there = files.stat(path);
  const exclusive = operator === '>' && shell.options.noclobber && (there === undefined || there.kind === 'file');
  const truncate = operator === '>' || operator === '>|';
  return new FileDescription(files.open(path, actor, { create: true, mode, exclusive, truncate }), operator === '>>');
};

const open = (
  shell: Shell,
  files: readonly (OpenFile | undefined)[],
  name: string,
  operator: Redirect['operator'],
): OpenFile => {
  const path = name === '' ? '/dev/null/empty' : shell.path(name);
  if (path === '/dev/null') return new NullFile();
  const own = /^\/dev\/(?:std(in|out|err)|fd\/(\d+))$/.exec(path);
  if (own !== null) {
    const fd = own[2] === undefined ? ['in', 'out', 'err'].indexOf(own[1] ?? '') : Number(own[2]);
    return duplicate(files, fd);
  }
  try {
    return openAt(shell, path, operator);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const creates = operator !== '<';
    throw new RedirectFailure(`cannot ${creates ? 'create' : 'open'} ${name}: ${whyNot(error, creates)}`);
  }
};

const duplicate = (files: readonly (OpenFile | undefined)[], fd: number): OpenFile => {
  const file = files[fd];
  if (file === undefined) throw new RedirectFailure(`${fd}: Bad file descriptor`);
  return file.retain();
};

const replace = (files: (OpenFile | undefined)[], fd: number, file: OpenFile | undefined): void => {
  files[fd]?.release();
  files[fd] = file;
};

const apply = (shell: Shell, files: (OpenFile | undefined)[], { fd, operator }: Redirect, text: string): void => {
  if (operator === '<<') replace(files, fd, new TextSource(text));
  else if (operator !== '<&' && operator !== '>&') replace(files, fd, open(shell, files, text, operator));
  else if (text === '-') replace(files, fd, undefined);
  else if (/^\d+$/.test(text)) replace(files, fd, duplicate(files, Number(text)));
  else throw new SimulatorGap(`${operator}${text}: a descriptor was expected`);
};

/**
 * The descriptors with redirections applied in their order; the caller closes them.
 * @throws RedirectFailure, and then nothing stays open.
 */
export function* redirected(shell: Shell, redirects: readonly Redirect[]): Task<(OpenFile | undefined)[]> {
  const files = shell.files.map((file) => file?.retain());
  try {
    for (const redirect of redirects) apply(shell, files, redirect, yield* wait(expandText(shell, redirect.target)));
    return files;
  } catch (error) {
    for (const file of files) file?.release();
    throw error;
  }
}

/** Whether nothing in redirections needs expanding. */
export const areFixed = (redirects: readonly Redirect[]): boolean =>
  redirects.every(({ target }) => target.fixed !== undefined);

/** The same as `redirected`, for those that are fixed. */
export const redirectedNow = (shell: Shell, redirects: readonly Redirect[]): (OpenFile | undefined)[] => {
  const files = shell.files.map((file) => file?.retain());
  try {
    for (const redirect of redirects) apply(shell, files, redirect, redirect.target.fixed ?? '');
    return files;
  } catch (error) {
    for (const file of files) file?.release();
    throw error;
  }
};
