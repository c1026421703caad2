import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface FreeSpace {
  readonly availableBytes: number;
  readonly sizeBytes: number;
  /** Where the file system is mounted that holds the path. */
  readonly mount: string;
}

export interface DiskSpace {
  /** By path; only paths that exist. */
  readonly paths: Readonly<Record<string, FreeSpace>>;
  /** What etcd's data directory takes; kubeadm copies it at every attempt. */
  readonly etcdBytes?: number;
}

const script = `
data=$(sed -n 's/^ *- --data-dir=//p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null)
for p in / /var /var/lib/etcd /var/lib/kubelet /var/lib/containerd /etc/kubernetes /var/cache/apt; do
  [ -d "$p" ] && printf '%s ' "$p" && df -PB1 "$p" | tail -n 1
done
data=\${data:-/var/lib/etcd}
[ -d "$data" ] && printf 'etcd ' && du -s -B1 "$data" 2>/dev/null
:`;

const row = /^(\/\S*) .* (\d+) +\d+ +(-?\d+) +(?:\d+%|-) (\/.*)$/;

/** Source: df(1) `-P`, du(1); recorded on the lab, Debian 12, coreutils 9.1. */
export const diskSpace = defineFact<DiskSpace>({
  id: 'disk-space',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout }) => {
    const paths: Record<string, FreeSpace> = {};
    let etcdBytes: number | undefined;
    for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
      const used = /^etcd (\d+)\s/.exec(line)?.[1];
      const [, path, size, available, mount] = row.exec(line) ?? [];
      if (used !== undefined) etcdBytes = Number(used);
      else if (path === undefined || mount === undefined) return { unreadable: line };
      else paths[path] = { availableBytes: Number(available), sizeBytes: Number(size), mount };
    }
    if (Object.keys(paths).length === 0) return { unreadable: stdout };
    return { value: { paths, ...(etcdBytes === undefined ? {} : { etcdBytes }) } };
  },
});
