import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface CgroupVersion {
  readonly version: 1 | 2;
  /** Version 1 with a version 2 tree of systemd's beside it: for the kubelet, version 1. */
  readonly hybrid: boolean;
}

/** What is mounted at a place: the last mount covers the earlier ones. */
const typeAt = (mounts: readonly string[], place: string): string | undefined =>
  mounts.findLast((line) => line.split(' ')[1] === place)?.split(' ')[2];

/**
 * The kubelet asks for the type of file system at /sys/fs/cgroup (opencontainers/cgroups, IsCgroup2UnifiedMode).
 * Source: proc(5) `/proc/self/mounts`; recorded on the lab, Debian 12 (version 1).
 */
export const cgroupVersion = defineFact<CgroupVersion>({
  id: 'cgroup-version',
  subject: 'node',
  command: read(['grep', ' /sys/fs/cgroup', '/proc/self/mounts']),
  parse: ({ stdout }) => {
    const mounts = stdout.split('\n');
    if (typeAt(mounts, '/sys/fs/cgroup') === 'cgroup2') return { value: { version: 2, hybrid: false } };
    if (!mounts.some((line) => line.split(' ')[2] === 'cgroup'))
      return stdout.trim() === '' ? { absent: true } : { unreadable: stdout };
    return { value: { version: 1, hybrid: typeAt(mounts, '/sys/fs/cgroup/unified') === 'cgroup2' } };
  },
});
