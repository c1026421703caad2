import type { FreeSpace } from '../facts/disk-space.ts';
import { dayOf } from '../model/calendar-day.ts';
import { formatDuration } from '../model/duration.ts';
import type { NodeSight } from './node-sight.ts';
import { noRoom, saying, type Rule } from './rule.ts';

const seconds = (ms: number): string => formatDuration(Math.max(1000, Math.floor(ms / 1000) * 1000));

/** What systemd says of a service, and what runs before it: not the service’s own words. */
const ofSystemd = /^(containerd\.service: |Failed to start |Stopped |modprobe: )/;

/** Leases are over after 40 s: beyond this a node that is well looks dead (as the gate `clock-skew` has it). */
const apartMs = 30_000;

const conditionLine = (sight: NodeSight, type: string): readonly string[] =>
  (sight.conditions?.conditions ?? [])
    .filter((each) => each.type === type)
    .map(({ status, reason, message }) => `${type} is ${status}: ${reason}: ${message}`);

/** Below this neither etcd nor a kubelet nor dpkg can go on: a container's log alone may take 10 MiB. */
const fullBytes = 64 * 1024 * 1024;

/** An image of an operating system holds some thousand files; a package some hundred. */
const fewInodes = 1000;

const mib = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;

const fullMounts = (sight: NodeSight): readonly FreeSpace[] => {
  const all = Object.values(sight.disk?.paths ?? {}).filter(({ availableBytes }) => availableBytes < fullBytes);
  return [...new Map(all.map((each) => [each.mount, each])).values()];
};

/** What is the matter with a host, whatever runs on it. */
export const hostRules: readonly Rule[] = [
  {
    id: 'unreachable',
    looksAt: 'SSH',
    needs: [],
    judge: (sight) =>
      sight.unreachable === undefined
        ? []
        : [
            {
              cause: `${sight.node} cannot be reached over SSH`,
              evidence: [
                sight.unreachable,
                ...(sight.silentMs === undefined
                  ? []
                  : [`its kubelet was last heard of ${seconds(sight.silentMs)} ago`]),
                ...conditionLine(sight, 'Ready'),
              ],
              next:
                sight.silentMs !== undefined && sight.silentMs < 40_000
                  ? `its kubelet still reports: look at sshd and the way to it (ssh -v, firewall, the address in the inventory)`
                  : `look at the machine itself (console, power, network); where it is gone for good: nodeops node replace ${sight.node}`,
            },
          ],
  },
  {
    id: 'disk-full',
    looksAt: 'free disk space',
    needs: ['disk'],
    judge: (sight) => {
      const mounts = fullMounts(sight);
      if (mounts.length === 0) return [];
      const names = mounts.map(({ mount }) => mount).join(', ');
      return [
        {
          cause: `the disk is full: ${names}`,
          evidence: [
            ...mounts.map(
              ({ mount, availableBytes, sizeBytes }) => `${mount}: ${mib(availableBytes)} of ${mib(sizeBytes)} free`,
            ),
            ...conditionLine(sight, 'DiskPressure'),
          ],
          next: `on ${sight.node}: du -xh ${mounts[0]?.mount ?? '/'} 2>/dev/null | sort -h | tail -n 20; often it is /var/log, /var/cache/apt (apt-get clean), images (crictl rmi --prune) or copies of kubeadm in /etc/kubernetes/tmp`,
        },
      ];
    },
  },
  {
    id: 'inodes-full',
    looksAt: 'free inodes',
    needs: ['inodes'],
    judge: (sight) => {
      const mounts = (sight.inodes ?? []).filter(({ free }) => free < fewInodes);
      if (mounts.length === 0) return [];
      return [
        {
          cause: `no inodes are left for new files: ${mounts.map(({ mount }) => mount).join(', ')}`,
          evidence: [
            ...mounts.map(
              ({ mount, free, all }) => `${mount}: ${free} of ${all} inodes free, whatever df says of bytes`,
            ),
            ...conditionLine(sight, 'DiskPressure'),
          ],
          next: `on ${sight.node}: du --inodes -x ${mounts[0]?.mount ?? '/'} 2>/dev/null | sort -n | tail -n 20; many small files are left by sessions, mail queues, caches and images`,
        },
      ];
    },
  },
  {
    id: 'disk-pressure',
    looksAt: 'pressure on disk, memory and processes',
    needs: ['conditions'],
    unless: noRoom,
    judge: (sight) =>
      ['DiskPressure', 'MemoryPressure', 'PIDPressure']
        .filter((type) => sight.conditions?.conditions.some((each) => each.type === type && each.status === 'True'))
        .map((type) => ({
          cause: `the kubelet sees ${type} and takes pods off the node`,
          evidence: conditionLine(sight, type),
          next: `kubectl describe node ${sight.node}; on ${sight.node}: df -h, free -h, ps -eLf | wc -l`,
        })),
  },
  {
    id: 'clock-wrong',
    looksAt: 'the clock',
    needs: ['clock'],
    judge: ({ node, clock }) => {
      if (clock === undefined || Math.abs(clock.aheadMs) <= apartMs) return [];
      const apart = `${seconds(Math.abs(clock.aheadMs))} ${clock.aheadMs > 0 ? 'ahead of' : 'behind'}`;
      return [
        {
          cause: `its clock is ${apart} that of ${clock.of}`,
          evidence: [`date on ${node}: ${new Date(clock.epochMs).toISOString().slice(0, 19)}Z`],
          next: `on ${node}: timedatectl; chronyc tracking: see that it is synchronized. Certificates, tokens and leases are judged by the clock`,
        },
      ];
    },
  },
  {
    id: 'containerd-stopped',
    looksAt: 'the container runtime',
    needs: ['units'],
    judge: ({ node, units, containerdLog = [] }) => {
      const unit = units?.containerd;
      if (unit === undefined || unit.active === 'active') return [];
      const stopped = unit.active === 'inactive' && unit.result === 'success';
      const words = containerdLog.filter(({ text }) => !ofSystemd.test(text));
      const shown = stopped || words.length === 0 ? containerdLog : words;
      const refused = !stopped && saying(words.slice(-1), /failed to load TOML/) !== undefined;
      const since = unit.since === undefined ? '' : ` since ${unit.since}`;
      const unmask = unit.atBoot === 'masked' ? 'systemctl unmask containerd; ' : '';
      return [
        {
          cause: `containerd ${stopped ? 'is stopped' : refused ? 'does not take its configuration' : 'does not start'}`,
          evidence: [
            `containerd.service is ${unit.active} (${unit.sub})${since}, its last end: ${unit.result}${unit.restarts > 0 ? `, started again ${unit.restarts} times` : ''}`,
            ...(unmask === '' ? [] : ['containerd.service is masked']),
            ...shown.slice(-2).map(({ at, text }) => `${at} ${text}`),
          ],
          next: refused
            ? `on ${node}: repair /etc/containerd/config.toml (containerd config dump says whether it can be read), then systemctl restart containerd`
            : `on ${node}: ${unmask}systemctl start containerd; if it ends again: journalctl -u containerd -n 50 and containerd config dump`,
        },
      ];
    },
  },
  {
    id: 'certificate-ended',
    looksAt: 'certificates',
    needs: ['certificates'],
    judge: ({ node, now, certificates }) => {
      const ended = (certificates?.certificates ?? []).filter(({ notAfter }) => notAfter < now);
      if (ended.length === 0) return [];
      const ofKubelet = ended.some(({ file }) => file.startsWith('/var/lib/kubelet/'));
      const authority = ended.some((each) => each.authority);
      return [
        {
          cause: `${ended.length === 1 ? 'a certificate has' : `${ended.length} certificates have`} ended`,
          evidence: ended.map(({ file, notAfter }) => `${file} ended on ${dayOf(notAfter)}`),
          next: authority
            ? 'an authority has ended: kubernetes.io, "Manual Rotation of CA Certificates"'
            : ofKubelet
              ? `the kubelet’s own: kubernetes.io, "Troubleshooting kubeadm", "Kubelet client certificate rotation fails"; others: nodeops certs renew`
              : `nodeops certs renew (where no API server answers: on ${node} kubeadm certs renew all, then restart the static pods)`,
        },
      ];
    },
  },
];
