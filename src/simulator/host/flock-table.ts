import type { OpenFile } from '../shell/open-file.ts';
import type { Host } from '../world/host.ts';

export type LockMode = 'shared' | 'exclusive';

interface Waiting {
  readonly file: OpenFile;
  readonly mode: LockMode;
  granted: boolean;
}

/** The locks of flock(2) on one file. */
interface FileLocks {
  readonly holders: Map<OpenFile, LockMode>;
  readonly queue: Waiting[];
}

const fits = ({ holders }: FileLocks, file: OpenFile, mode: LockMode): boolean =>
  [...holders].every(([holder, held]) => holder === file || (mode === 'shared' && held === 'shared'));

/**
 * Locks of flock(2): they belong to an open file description, not to a process, and go with its last descriptor.
 * As on Linux, a shared lock does not wait behind an exclusive one that only waits; those that wait are served in the
 * order in which they came.
 */
export class FlockTable {
  readonly #files = new Map<number, FileLocks>();

  #of(inode: number): FileLocks {
    const known = this.#files.get(inode);
    if (known !== undefined) return known;
    const made: FileLocks = { holders: new Map(), queue: [] };
    this.#files.set(inode, made);
    return made;
  }

  /** Takes it now, or says false. Another lock of the same description is given up for it, as flock(2) converts. */
  take(file: OpenFile, mode: LockMode): boolean {
    const locks = this.#of(file.inode);
    if (!fits(locks, file, mode)) {
      this.release(file);
      return false;
    }
    if (!locks.holders.has(file)) file.onClose(() => this.release(file));
    locks.holders.set(file, mode);
    this.#serve(locks);
    return true;
  }

  /** Stands in line for it: `granted` says when it is there. */
  wait(file: OpenFile, mode: LockMode): { readonly granted: boolean; readonly leave: () => void } {
    const locks = this.#of(file.inode);
    const waiting: Waiting = { file, mode, granted: false };
    locks.queue.push(waiting);
    const leave = (): void => {
      const at = locks.queue.indexOf(waiting);
      if (at !== -1) locks.queue.splice(at, 1);
    };
    return {
      get granted() {
        return waiting.granted;
      },
      leave,
    };
  }

  release(file: OpenFile): void {
    const locks = this.#of(file.inode);
    if (locks.holders.delete(file)) this.#serve(locks);
  }

  #serve(locks: FileLocks): void {
    for (const waiting of locks.queue.slice()) {
      const { file, mode } = waiting;
      if (!fits(locks, file, mode)) continue;
      locks.queue.splice(locks.queue.indexOf(waiting), 1);
      locks.holders.set(file, mode);
      file.onClose(() => this.release(file));
      waiting.granted = true;
    }
  }
}

const tables = new WeakMap<Host, FlockTable>();

export const flockTable = (host: Host): FlockTable => {
  const known = tables.get(host);
  if (known !== undefined) return known;
  const made = new FlockTable();
  tables.set(host, made);
  return made;
};

/** A machine that comes up has none of the locks that it went down with. */
export const dropFlocks = (host: Host): void => void tables.delete(host);
