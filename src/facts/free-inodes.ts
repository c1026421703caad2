import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

/** How many files a file system can still take. */
export interface FreeInodes {
  readonly free: number;
  readonly all: number;
  readonly mount: string;
}

const script = `
for p in / /var /var/lib/etcd /var/lib/kubelet /var/lib/containerd /var/log /etc/kubernetes /var/cache/apt; do
  [ -d "$p" ] && df -Pi "$p" | tail -n 1
done
:`;

const row = /^.* (\d+|-) +(\d+|-) +(\d+|-) +(?:\d+%|-) (\/.*)$/;

/**
 * The file systems below what a node writes, each once. Those that make inodes as they need them (btrfs; df then says
 * 0 or `-`) are not among them. Source: df(1) `-Pi`; recorded on the lab, Debian 12, coreutils 9.1.
 */
export const freeInodes = defineFact<readonly FreeInodes[]>({
  id: 'free-inodes',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, stderr, code }) => {
    const found = new Map<string, FreeInodes>();
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    if (code !== 0 || lines.length === 0) return { unreadable: stdout.trim() || stderr || `df: rc ${code}` };
    for (const line of lines) {
      const [, all, , free, mount] = row.exec(line) ?? [];
      if (mount === undefined) return { unreadable: line };
      if (Number(all) > 0) found.set(mount, { free: Number(free), all: Number(all), mount });
    }
    return { value: [...found.values()] };
  },
});
