import type { Call } from '../shell/tool.ts';
import type { Host } from '../world/host.ts';

/**
 * Takes a lock of fcntl(2), as apt and dpkg do: it belongs to the process. The file is made where it is missing. Who
 * gets it gives it back in a `finally`. False where another process has it.
 */
export const lockFile = ({ host, pid, argv, actor }: Call, path: string): boolean => {
  const holder = host.fileLocks.get(path);
  if (holder !== undefined) return holder.pid === pid;
  if (host.files.stat(path) === undefined) host.files.write(path, '', actor, { mode: 0o640 });
  host.fileLocks.set(path, { pid, line: argv.join(' ') });
  return true;
};

export const unlockFile = ({ host, pid }: Call, path: string): void => {
  if (host.fileLocks.get(path)?.pid === pid) host.fileLocks.delete(path);
};

/** `2273 (apt-get)`: as apt names who holds a lock. Source: apt, fileutl.cc, `GetLock`. */
export const holderText = (host: Host, path: string): string => {
  const holder = host.fileLocks.get(path);
  return holder === undefined ? '' : `${holder.pid} (${(holder.line.split(' ')[0] ?? '').split('/').at(-1) ?? ''})`;
};

const hex = (number: number): string => number.toString(16).padStart(2, '0');

/** Major and minor as the kernel writes them. Source: makedev(3) of glibc. */
const deviceText = (device: number): string =>
  `${hex((device >> 8) & 0xfff)}:${hex((device & 0xff) | ((device >> 12) & 0xfff00))}`;

/** Source: proc(5), /proc/locks; recorded on the lab while apt-get ran. */
export const locksText = (host: Host): string =>
  [...host.fileLocks]
    .map(([path, { pid }], at) => {
      const stat = host.files.stat(path);
      return stat === undefined
        ? ''
        : `${at + 1}: POSIX  ADVISORY  WRITE ${pid} ${deviceText(stat.device)}:${stat.inode} 0 EOF\n`;
    })
    .join('');
