import { z } from 'zod';
import { etcdMembers } from '../facts/etcd-members.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** What is done to kubeadm's static pods of etcd cannot be done to an etcd that has hosts of its own. Asked of such only. */
export const etcdOnControlPlanes = defineStep({
  id: 'etcd-on-control-planes',
  subject: 'cluster',
  title: () => 'etcd in static pods of the control planes',
  with: z.strictObject({ etcdHosts: z.array(z.string()) }),
  detect: (_wish, _on: ClusterSubject) => ({ members: etcdMembers }),
  optional: ['members'],

  check: (_seen, { etcdHosts }, on) =>
    blocked(
      `the etcd of ${on.cluster} runs on hosts of its own (${etcdHosts.join(', ')}), and this is for members in kubeadm's static pods`,
      'by hand, with what manages these hosts: docs/etcd.md, "External etcd". A snapshot: nodeops etcd snapshot',
    ),

  explain: {
    why: 'Manifests, images and data directories of external etcd belong to whatever installed it: they are not guessed.',
    source: 'kubernetes.io, Operating etcd clusters for Kubernetes; docs/etcd.md, "External etcd"',
    type: ['kubectl -n kube-system get configmap kubeadm-config -o yaml | grep -A 3 external'],
  },
});
