import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface LockHolder {
  readonly pid: number;
  /** Its command line. */
  readonly command: string;
  readonly file: string;
}

export interface AptLock {
  readonly held: boolean;
  readonly holders: readonly LockHolder[];
}

/**
 * Inode numbers repeat between file systems: the device must be the file's too, or, where stat(2) shows another than
 * /proc/locks (btrfs, some overlays), the process must have the file open. Lines with `->` only wait.
 * Source: proc(5), /proc/locks; makedev(3) of glibc; apt and dpkg lock with fcntl(2).
 */
const script = `
for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
  inode=$(stat -c %i "$f" 2>/dev/null) && d=$(stat -c %d "$f") || continue
  device=$(printf '%02x:%02x' $((d >> 8 & 0xfff)) $((d & 0xff | d >> 12 & 0xfff00)))
  sed -n "s/^[0-9]*: [A-Z]* *[A-Z]* *[A-Z]* *\\([0-9]*\\) \\([0-9a-f]*:[0-9a-f]*\\):$inode .*/\\1 \\2/p" /proc/locks | sort -u | while read -r pid at; do
    [ "$at" = "$device" ] || [ -n "$(find "/proc/$pid/fd" -lname "$f" 2>/dev/null)" ] || continue
    printf '%s %s %s\\n' "$pid" "$f" "$(tr '\\000\\n' '  ' < "/proc/$pid/cmdline" | cut -c 1-200)"
  done
done
:`;

/** Asking takes no lock. Recorded on the lab, Debian 12, apt 2.6, while apt-get ran. */
export const aptLock = defineFact<AptLock>({
  id: 'apt-lock',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout }) => {
    const holders: LockHolder[] = [];
    for (const line of stdout.split('\n').filter((text) => text !== '')) {
      const [, pid, file, command = ''] = /^(\d+) (\S+) (.*)$/.exec(line) ?? [];
      if (pid === undefined || file === undefined) return { unreadable: line };
      holders.push({ pid: Number(pid), command: command.trim(), file });
    }
    return { value: { held: holders.length > 0, holders } };
  },
});
