import { z } from 'zod';
import { etcdStatus } from '../facts/etcd-status.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, judged } from '../model/verdict.ts';
import { compareVersions, minorsBetween } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';
import { firstWithEtcd36 } from './etcd-crossing.ts';

/** A way back leads down, by one minor at a time, and leaves etcd where it is. */
export const wayBack = defineStep({
  id: 'way-back',
  subject: 'cluster',
  title: ({ version }) => `${version} can be gone back to`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: ClusterSubject) => ({ config: kubeadmConfig, etcd: etcdStatus }),
  optional: ['etcd'],

  check: ({ config, etcd }, { version }, on) => {
    const current = config.kubernetesVersion;
    if (compareVersions(version, current) > 0)
      return blocked(
        `${on.cluster} is on ${current}: ${version} is no way back`,
        `a way up is an upgrade: nodeops upgrade --to ${version}`,
      );
    const minors = minorsBetween(version, current);
    if (minors > 1)
      return blocked(
        `${version} is ${minors} minors below ${current}, and kubeadm goes one at a time: all control planes have to take part, and one of them to have kept what it was in between`,
        'leave out --limit and --only; or go back to what they kept, which `ls /var/lib/nodeops-restore` on a control plane shows: nodeops rollback --to VERSION',
      );
    const newer = (etcd ?? []).filter((member) => compareVersions(member.version, '3.6.0') >= 0);
    return judged(
      [],
      newer.length > 0 && compareVersions(version, firstWithEtcd36) < 0
        ? [
            {
              because: `etcd stays on ${newer[0]?.version ?? '3.6'}: it came with ${firstWithEtcd36.replace(/\.0$/, '')}, and ${version} works with it`,
              fix: `to take it back too, afterwards: nodeops etcd downgrade --cluster ${on.cluster}`,
            },
          ]
        : [],
    );
  },

  foreseen: true,
  explain: {
    why: 'Older components read what newer ones wrote only across one minor.',
    source: 'kubernetes.io, Version skew policy; etcd.io, Downgrade etcd from v3.6 to v3.5; lab, 1.36.3 → 1.35.4',
    type: ['kubectl -n kube-system get configmap kubeadm-config -o yaml', 'etcdctl endpoint status --cluster -w table'],
  },
});
