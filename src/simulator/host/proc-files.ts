import { processesOf } from '../shell/proc.ts';
import type { Computed } from '../world/files.ts';
import type { Host } from '../world/host.ts';
import { locksText } from './file-locks.ts';
import { KubeletUnit } from './kubelet-unit.ts';

/** `getconf CLK_TCK` (recorded). */
export const ticksPerSecond = 100;

const file = (read: () => string): Computed => ({ kind: 'file', read });

const directory = (entries: Readonly<Record<string, Computed>>): Computed => ({
  kind: 'directory',
  list: () => Object.keys(entries),
  get: (name) => (Object.hasOwn(entries, name) ? entries[name] : undefined),
});

/** A container’s mounts, as on the lab: version 1 with a version 2 tree of systemd’s beside it. */
const mounts = `/dev/vda / ext4 rw,relatime,errors=remount-ro 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
tmpfs /run tmpfs rw,nosuid,nodev,size=815184k,mode=755 0 0
tmpfs /sys/fs/cgroup tmpfs ro,nosuid,nodev,noexec,size=4096k,nr_inodes=1024,mode=755 0 0
cgroup /sys/fs/cgroup/cpu cgroup rw,nosuid,nodev,noexec,relatime,cpu 0 0
cgroup /sys/fs/cgroup/cpuacct cgroup rw,nosuid,nodev,noexec,relatime,cpuacct 0 0
cgroup /sys/fs/cgroup/cpuset cgroup rw,nosuid,nodev,noexec,relatime,cpuset 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,nodev,noexec,relatime,memory 0 0
cgroup /sys/fs/cgroup/devices cgroup rw,nosuid,nodev,noexec,relatime,devices 0 0
cgroup /sys/fs/cgroup/freezer cgroup rw,nosuid,nodev,noexec,relatime,freezer 0 0
cgroup /sys/fs/cgroup/blkio cgroup rw,nosuid,nodev,noexec,relatime,blkio 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,nosuid,nodev,noexec,relatime,pids 0 0
systemd /sys/fs/cgroup/systemd cgroup rw,nosuid,nodev,noexec,relatime,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nosuid,nodev,noexec,relatime 0 0
`;

/** Source: proc(5), /proc/pid/stat; recorded on the lab. Only its start, in ticks after the kernel's, differs. */
const init = (host: Host): string =>
  `1 (systemd) S 0 1 1 0 -1 4194560 6694 263388 24 114 34 30 3180 1469 20 0 1 0 ${host.boot.pid1Start} 171667456 3040 18446744073709551615 94731091296256 94731091333357 140735507612416 0 0 0 671173123 4096 1260 1 0 0 17 1 0 0 0 0 0 94731091357840 94731091361808 94731225354240 140735507615613 140735507615624 140735507615624 140735507615725 0\n`;

/**
 * Source: proc(5), /proc/stat, `btime`: seconds by the host's own clock of now, so that it moves when the clock is set. A
 * machine's first process begins so many ticks of a hundredth after it.
 */
const kernelStat = ({ boot, clockOffsetMs }: Host): string =>
  `cpu  0 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor((boot.at + clockOffsetMs) / 1000 - boot.pid1Start / 100)}\n`;

/** The lines that anybody looks at, as recorded on the lab. */
const meminfo = ({ machine: { memoryKiB } }: Host): string =>
  `MemTotal:       ${String(memoryKiB).padStart(8)} kB\nMemFree:        18102248 kB\nMemAvailable:   21604536 kB\n`;

/** Source: proc(5), /proc/swaps. */
const swaps = ({ machine: { swap } }: Host): string =>
  ['Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority']
    .concat(swap.map((device) => `${device.padEnd(40)}partition\t2097148\t0\t-2`))
    .map((line) => `${line}\n`)
    .join('');

const noDescriptors = directory({});

/** What is known of some processes only. */
interface MoreFiles {
  readonly root?: Computed;
  readonly stat?: Computed;
}

/** Made up name by name: whoever goes through the processes looks at one name of each. */
const processFiles = (words: readonly string[], executable: string, more: MoreFiles = {}): Computed => ({
  kind: 'directory',
  list: () => [...Object.keys(more), 'cmdline', 'comm', 'exe', 'fd'],
  get: (name) => {
    switch (name) {
      case 'cmdline':
        // Words, each with a NUL at its end.
        return file(() => words.map((word) => `${word}\0`).join(''));
      case 'comm':
        return file(() => `${(words[0] ?? '').split('/').at(-1)?.slice(0, 15)}\n`);
      case 'exe':
        return { kind: 'link', target: () => executable };
      case 'fd':
        return noDescriptors;
      case 'root':
      case 'stat':
        return more[name];
      default:
        return undefined;
    }
  },
});

const imageProgram: Computed = { kind: 'file', read: () => '\u007FELF', mode: 0o755 };
const onHost = (path: string): Computed => ({ kind: 'link', target: () => path });

/** The root of a container of etcd: the programs of its image, and the host's directories that are mounted there. */
const etcdRoot = directory({
  etc: directory({ kubernetes: directory({ pki: directory({ etcd: onHost('/etc/kubernetes/pki/etcd') }) }) }),
  usr: directory({
    local: directory({ bin: directory({ etcd: imageProgram, etcdctl: imageProgram, etcdutl: imageProgram }) }),
  }),
  var: directory({ lib: directory({ etcd: onHost('/var/lib/etcd') }) }),
});

/** In ticks after the machine's own start, as everything in /proc/pid/stat. */
const ticksOf = ({ boot }: Host, since: number): number =>
  boot.pid1Start + Math.floor((since - boot.at) / (1000 / ticksPerSecond));

/** Source: proc(5), /proc/uptime; recorded on the lab. The second number, the time that its processors idled, is nobody's. */
const uptime = ({ boot, kernel }: Host): string =>
  `${(boot.pid1Start / ticksPerSecond + (kernel.now - boot.at) / 1000).toFixed(2)} 0.00\n`;

/** Source: proc(5), /proc/pid/stat; recorded on the lab, of etcd. Only name, pid and start differ. */
const startOf = (host: Host, [name = '']: readonly string[], pid: number, since: number): string =>
  `${pid} (${name.slice(0, 15)}) S 379 ${pid} ${pid} 0 -1 4194560 9384 0 0 0 140 80 0 0 20 0 10 0 ${ticksOf(host, since)} 12122755072 13135 18446744073709551615 4194304 16295953 140729751991728 0 0 0 0 0 2143420159 0 0 0 17 0 0 0 0 0 0 30089216 30700224 828788736 140729751997535 140729751998346 140729751998346 140729751998450 0\n`;

/** The processes of static pods; of the others nobody looks into more than that they are there. */
const containerEntry = (host: Host, pid: number): Computed | undefined => {
  for (const component of host.components.values()) {
    const { argv, name, pid: own, state } = component;
    if (own !== pid || state === 'stopped') continue;
    const stat = file(() => startOf(host, argv, pid, component.startedAt));
    return processFiles(argv, `/usr/local/bin/${name}`, name === 'etcd' ? { root: etcdRoot, stat } : { stat });
  }
  return undefined;
};

const kubeletOf = (host: Host): KubeletUnit | undefined => {
  const unit = host.units.get('kubelet.service');
  return unit instanceof KubeletUnit && unit.state === 'active' ? unit : undefined;
};

/** A process by its pid: one of the shell's, the kubelet, or one that is only known by a lock that it has. */
const processEntry = (host: Host, pid: number): Computed | undefined => {
  const process = processesOf(host).get(pid);
  if (process !== undefined) {
    const [program = ''] = process.argv;
    return processFiles(process.argv, program.startsWith('/') ? program : `/usr/bin/${program}`);
  }
  const kubelet = kubeletOf(host);
  if (kubelet?.mainPid === pid) {
    const stat = file(() => startOf(host, ['kubelet'], pid, kubelet.begunAt));
    return processFiles(['/usr/bin/kubelet'], kubelet.executable, { stat });
  }
  const container = containerEntry(host, pid);
  if (container !== undefined) return container;
  const lock = [...host.fileLocks.values()].find((holder) => holder.pid === pid);
  return lock === undefined ? undefined : processFiles(lock.line.split(' '), '/usr/bin/python3.11');
};

/** /proc as far as anybody looks: made up when it is looked at. */
export const procFiles = (host: Host): Computed => {
  const fixed: Readonly<Record<string, Computed>> = {
    '1': directory({
      cmdline: file(() => '/sbin/init\0'),
      comm: file(() => 'systemd\n'),
      exe: { kind: 'link', target: () => '/usr/lib/systemd/systemd' },
      stat: file(() => init(host)),
    }),
    locks: file(() => locksText(host)),
    mounts: file(() => mounts),
    meminfo: file(() => meminfo(host)),
    stat: file(() => kernelStat(host)),
    uptime: file(() => uptime(host)),
    swaps: file(() => swaps(host)),
    self: directory({ mounts: file(() => mounts) }),
    sys: directory({
      kernel: directory({
        hostname: file(() => `${host.name}\n`),
        random: directory({ boot_id: file(() => `${host.boot.id}\n`) }),
      }),
      net: directory({ ipv4: directory({ ip_forward: file(() => (host.machine.forwards ? '1\n' : '0\n')) }) }),
    }),
  };
  const pids = (): readonly string[] => {
    const kubelet = kubeletOf(host);
    const locks = [...host.fileLocks.values()].map(({ pid }) => pid);
    const containers = [...host.components.values()].flatMap(({ pid, state }) => (state === 'stopped' ? [] : [pid]));
    return [
      ...new Set([
        ...processesOf(host).keys(),
        ...locks,
        ...containers,
        ...(kubelet === undefined ? [] : [kubelet.mainPid]),
      ]),
    ].map(String);
  };
  return {
    kind: 'directory',
    list: () => [...Object.keys(fixed), ...pids()],
    get: (name) =>
      Object.hasOwn(fixed, name) ? fixed[name] : /^\d+$/.test(name) ? processEntry(host, Number(name)) : undefined,
  };
};
