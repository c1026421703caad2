import { freeBytes } from '../../host/disk.ts';
import { lockFile, unlockFile } from '../../host/file-locks.ts';
import type { Call } from '../../shell/tool.ts';

export const frontendLock = '/var/lib/dpkg/lock-frontend';
export const innerLock = '/var/lib/dpkg/lock';

/** Source: recorded with dpkg 1.21.22. */
const takenText = (what: string, pid: number): string =>
  `dpkg: error: dpkg ${what} was locked by another process with pid ${pid}
Note: removing the lock file is always wrong, can damage the locked area
and the entire system. See <https://wiki.debian.org/Teams/Dpkg/FAQ#db-lock>.
`;

const fullText = `dpkg: unrecoverable fatal error, aborting:
 unable to flush /var/lib/dpkg/updates/tmp.i after padding: No space left on device
`;

/** As much as dpkg wants for its notes of what changes (dbmodify.c, `createimptmp`). */
const paddingBytes = 10_240;

/**
 * Both locks of dpkg for a change of its database, as dpkg takes them itself; 0, or its exit code with the reason said.
 * `release` in a `finally`.
 */
export const lockDatabase = (call: Call): number => {
  for (const [path, what] of [
    [frontendLock, 'frontend lock'],
    [innerLock, 'database lock'],
  ] as const) {
    if (lockFile(call, path)) continue;
    call.err(takenText(what, call.host.fileLocks.get(path)?.pid ?? 0));
    return 2;
  }
  if (freeBytes(call.host) >= paddingBytes) return 0;
  call.err(fullText);
  return 2;
};

export const unlockDatabase = (call: Call): void => {
  unlockFile(call, innerLock);
  unlockFile(call, frontendLock);
};
