import { z } from 'zod';
import { etcdStatus } from '../facts/etcd-status.ts';
import { parseEtcdImage } from '../model/etcd-image.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { compareVersions, minorOf } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';

/** Another patch of the same minor, and none below what runs: another minor is for kubeadm to bring, with its Kubernetes. */
export const etcdImage = defineStep({
  id: 'etcd-image',
  subject: 'cluster',
  title: ({ image }) => `etcd can go to ${image}`,
  with: z.strictObject({ image: z.string() }),
  detect: (_wish, _on: ClusterSubject) => ({ status: etcdStatus }),

  check: ({ status }, { image }) => {
    const wanted = parseEtcdImage(image)?.version;
    const newest = status
      .map(({ version }) => version)
      .toSorted(compareVersions)
      .at(-1);
    if (wanted === undefined)
      return blocked(
        `${image} is no image of etcd that kubeadm could name`,
        'write one such as registry.k8s.io/etcd:3.5.26-0',
      );
    if (newest === undefined) return blocked('no etcd member tells its version', 'look closer: nodeops etcd status');
    if (minorOf(wanted) !== minorOf(newest))
      return blocked(
        `etcd is ${newest}, and ${wanted} is another minor`,
        'kubeadm brings another minor with its Kubernetes: nodeops upgrade',
      );
    return compareVersions(wanted, newest) < 0
      ? blocked(`etcd is ${newest} already, and ${wanted} is older`, `name an image of ${newest} or newer`)
      : satisfied;
  },

  explain: {
    why: 'Members of one cluster run one minor; what a newer patch has written an older one was not made to read.',
    source: 'etcd.io, "Upgrading etcd clusters and applications"',
    type: ['etcdctl endpoint status --cluster'],
  },
});
