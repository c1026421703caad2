/** A file on the operator's machine could not be written or read: names the path and what to do about it. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly path: string;
  /** What to type or do next. */
  readonly fix: string;
  constructor(path: string, what: string, fix: string, options?: ErrorOptions) {
    super(`${path}: ${what}. ${fix}`, options);
    this.path = path;
    this.fix = fix;
  }
}

const elsewhere = 'set XDG_STATE_HOME to a directory elsewhere';

const known: Readonly<Record<string, (path: string) => readonly [what: string, fix: string]>> = {
  ENOSPC: (path) => ['no space left on the device', `Free some space (df -h ${path}) or ${elsewhere}`],
  EDQUOT: (path) => ['the disk quota is used up', `Free some space (quota -s; df -h ${path}) or ${elsewhere}`],
  EACCES: (path) => ['permission denied', `Make it yours (ls -ld ${path}; id) or ${elsewhere}`],
  EPERM: (path) => ['operation not permitted', `Make it yours (ls -ld ${path}; id) or ${elsewhere}`],
  EROFS: () => ['the file system is read-only', `Mount it writable or ${elsewhere}`],
  EEXIST: (path) => ['exists already', `Move it away (ls -l ${path}); nodeops never writes over a record`],
  ENOTDIR: (path) => ['a file lies where a directory is needed', `Move it away (ls -ld ${path}) or ${elsewhere}`],
  EMFILE: () => ['too many open files', 'Raise the limit (ulimit -n 4096) or let fewer clusters go at once'],
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** True for an error of the file system that says `code`. */
export const hasCode = (error: unknown, code: string): boolean => codeOf(error) === code;

/** What the file system said, in words; an error that is not known to be one is passed on as it is. */
export const explainStorage = (error: unknown, path: string): unknown => {
  const explain = known[codeOf(error)];
  if (explain === undefined) return error;
  const [what, fix] = explain(path);
  return new StorageError(path, what, fix, { cause: error });
};

/** Runs `work` on `path`; what the file system refuses becomes a StorageError. */
export const storing = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw explainStorage(error, path);
  }
};
