import { z } from 'zod';
import { diskSpace as diskFact } from '../facts/disk-space.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';
import { MiB, shortageOf, type Demand } from './shortage.ts';

/** kubelet, kubeadm and kubectl: 60 MiB as packages, 180 MiB unpacked beside the old ones (lab, 1.35.4 → 1.36.3). */
const packagesBytes = 400 * MiB;
/** The same packages as archives (lab, 1.36.3: 68 MiB), kubernetes-cni among them where it goes along (30 MiB). */
const downloadBytes = 100 * MiB;
/** Archives of the version that is there (lab, 1.35.4: 68 MiB), of which two older points may go only afterwards. */
const keptBytes = 100 * MiB;
/** The target's kubelet, unpacked to be asked (lab, 1.36.3: 81 MiB); kubeadm, for the images, is unpacked before it (70 MiB). */
const unpackedBytes = 90 * MiB;
/** The images of a minor on a control plane, unpacked (lab, 1.36.3). */
const imagesBytes = 700 * MiB;

/** kubeadm copies etcd's directory whole at every attempt, and a snapshot lies beside it for a moment. */
const demands = (role: string, etcdBytes: number): readonly Demand[] => [
  { path: '/', bytes: packagesBytes, what: 'the packages' },
  { path: '/var/cache/apt', bytes: downloadBytes, what: 'the downloaded packages' },
  { path: '/var', bytes: keptBytes, what: 'the packages kept for the way back' },
  { path: '/var', bytes: unpackedBytes, what: 'the unpacked kubelet' },
  ...(role === 'worker'
    ? []
    : [
        { path: '/var/lib/containerd', bytes: imagesBytes, what: 'the images' },
        { path: '/var/lib/etcd', bytes: etcdBytes + 100 * MiB, what: 'the etcd snapshot' },
        { path: '/etc/kubernetes', bytes: 2 * etcdBytes + 100 * MiB, what: "kubeadm's copies of etcd" },
      ]),
];

/** Room for what the upgrade puts on the node, added up where several paths share a file system. */
export const diskSpace = defineStep({
  id: 'disk-space',
  subject: 'node',
  title: () => 'disk space',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ disk: diskFact }),

  check: ({ disk }, _wish, on) => {
    const short = shortageOf(disk, demands(on.role, disk.etcdBytes ?? 0));
    return short === undefined
      ? satisfied
      : blocked(
          `${on.node}: the disk of ${short.mount} has ${short.availableMiB} MiB left; ${short.what.join(', ')} need ${short.wantedMiB} MiB`,
          `make room on ${on.node}: apt-get clean, old copies in /etc/kubernetes/tmp, journalctl --vacuum-size=200M`,
        );
  },

  waivable: true,
  explain: {
    why: 'A disk that fills up in the middle stops etcd, and with it the cluster.',
    source: 'seen on the lab: every kubeadm attempt leaves a copy of etcd in /etc/kubernetes/tmp',
    type: ['df -h / /var/lib/etcd /var/lib/containerd /etc/kubernetes'],
  },
});
