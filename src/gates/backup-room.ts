import { z } from 'zod';
import { diskSpace } from '../facts/disk-space.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

const MiB = 1024 * 1024;

/** Configuration, certificates, and what commands print: under 1 MiB on the lab. */
const configurationBytes = 64 * MiB;
/** Below it the kubelet evicts pods (kubelet, default of evictionHard: nodefs.available<10%). */
const evictedBelow = 0.1;

/** Room for the snapshot and the archive, without the kubelet beginning to evict pods for it. */
export const backupRoom = defineStep({
  id: 'backup-room',
  subject: 'node',
  title: () => 'room for the backup’s files',
  with: z.strictObject({ objects: z.boolean().default(false) }),
  detect: (_wish, _on: NodeSubject) => ({ disk: diskSpace }),

  check: ({ disk }, { objects }, on) => {
    const place = disk.paths['/var'] ?? disk.paths['/'];
    if (place === undefined) return satisfied;
    const etcd = on.role === 'worker' ? 0 : (disk.etcdBytes ?? 0);
    // Objects as text take about as much as in etcd, which is one of its two parts.
    const wanted = configurationBytes + etcd * (objects ? 2 : 1);
    const least = place.availableBytes > place.sizeBytes * evictedBelow ? place.sizeBytes * evictedBelow : 0;
    if (place.availableBytes - wanted >= least) return satisfied;
    return blocked(
      `${on.node}: the disk of ${place.mount} has ${Math.floor(place.availableBytes / MiB)} MiB left; the backup needs ${Math.ceil(wanted / MiB)} MiB there for a while, and ${Math.ceil(least / MiB)} MiB have to stay free for the kubelet`,
      `make room on ${on.node}: old copies in /etc/kubernetes/tmp, apt-get clean, journalctl --vacuum-size=200M`,
    );
  },

  waivable: true,
  explain: {
    why: 'A backup must not be what fills a disk: etcd stops, or the kubelet evicts pods below 10 % free.',
    source: 'kubernetes.io, Node-pressure Eviction, default hard eviction thresholds',
    type: ['df -h /var/lib', 'du -sh /var/lib/etcd'],
  },
});
