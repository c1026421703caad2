import type { FreeSpace } from '../facts/disk-space.ts';
import { dayOf } from '../model/calendar-day.ts';
import { formatDuration } from '../model/duration.ts';
import type { NodeSight } from './node-sight.ts';
import type { Rule } from './rule.ts';

const seconds = (ms: number): string => formatDuration(Math.max(1000, Math.floor(ms / 1000) * 1000));

const conditionLine = (sight: NodeSight, type: string): readonly string[] =>
  (sight.conditions?.conditions ?? [])
    .filter((each) => each.type === type)
    .map(({ status, reason, message }) => `${type} is ${status}: ${reason}: ${message}`);

/** Below this neither etcd nor a kubelet nor dpkg can go on: a container's log alone may take 10 MiB. */
const fullBytes = 64 * 1024 * 1024;

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
    id: 'disk-pressure',
    looksAt: 'pressure on disk, memory and processes',
    needs: ['conditions'],
    unless: ['disk-full'],
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
    id: 'containerd-stopped',
    looksAt: 'the container runtime',
    needs: ['units'],
    judge: ({ node, units, containerdLog }) => {
      const unit = units?.containerd;
      if (unit === undefined || unit.active === 'active') return [];
      const since = unit.since === undefined ? '' : ` since ${unit.since}`;
      return [
        {
          cause: unit.result === 'success' ? 'containerd is stopped' : 'containerd does not start',
          evidence: [
            `containerd.service is ${unit.active} (${unit.sub})${since}, its last end: ${unit.result}`,
            ...(unit.atBoot === 'masked' ? ['containerd.service is masked'] : []),
            ...(containerdLog ?? []).slice(-2).map(({ at, text }) => `${at} ${text}`),
          ],
          next: `on ${node}: ${unit.atBoot === 'masked' ? 'systemctl unmask containerd; ' : ''}systemctl start containerd; if it ends again: journalctl -u containerd -n 50 and containerd config dump`,
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
