import { z } from 'zod';
import { etcdStatus } from '../facts/etcd-status.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { compareVersions, minorOf, minorsBetween } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';
import { firstWithEtcd36 } from './etcd-crossing.ts';

/** etcd goes back one minor, and only under a Kubernetes that came with it. */
export const etcdWayBack = defineStep({
  id: 'etcd-way-back',
  subject: 'cluster',
  title: ({ minor }) => `etcd can go back to ${minor}`,
  with: z.strictObject({ minor: z.string() }),
  detect: (_wish, _on: ClusterSubject) => ({ status: etcdStatus, config: kubeadmConfig }),

  check: ({ status, config: { kubernetesVersion } }, { minor }, on) => {
    const [oldest, newest] = [0, -1].map((at) =>
      status
        .map(({ version }) => version)
        .toSorted(compareVersions)
        .at(at),
    );
    if (oldest === undefined || newest === undefined)
      return blocked('no etcd member tells its version', 'look closer: nodeops etcd status');
    if (minorsBetween(oldest, `${minor}.0`) > 0)
      return blocked(`etcd is ${oldest}: ${minor} is no way back`, 'look closer: nodeops etcd status');
    if (minorOf(newest) === minor) return satisfied;
    if (minorsBetween(`${minor}.0`, newest) > 1)
      return blocked(`etcd is ${newest}, and goes back one minor at a time`, 'look closer: nodeops etcd status');
    return compareVersions(kubernetesVersion, firstWithEtcd36) < 0
      ? satisfied
      : blocked(
          `${on.cluster} is on Kubernetes ${kubernetesVersion}, whose kubeadm brings etcd ${minorOf(newest)}`,
          'take Kubernetes back first: nodeops rollback last',
        );
  },

  foreseen: true,
  explain: {
    why: 'etcd downgrades by one minor; the next `kubeadm upgrade` of a newer Kubernetes would bring the newer etcd again.',
    source: 'etcd.io, "Downgrade etcd from v3.6 to v3.5"; kubeadm, DefaultEtcdVersion',
    type: ['etcdctl endpoint status --cluster -w table', 'etcdctl downgrade validate 3.5'],
  },
});
