import { z } from 'zod';
import { manifestDirectory, manifestFile } from '../commands/manifest.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import { restorePoints, type RestorePoint } from '../facts/restore-points.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import { alarmed, quorum } from './etcd-condition.ts';
import { putBackOn, restorableFiles, withBack, type Restorable } from './restorable.ts';
import { withStaticPodsAt } from './upgrade-evidence.ts';

const etcdManifest = manifestFile('etcd');

const nameOf = (file: string): string => file.slice(manifestDirectory.length + 1);

const manifests = (points: readonly RestorePoint[], version: Version): Restorable =>
  restorableFiles(points, version, (file) => file.startsWith(`${manifestDirectory}/`) && file !== etcdManifest);

/**
 * The static pods of a control plane as they were before the run. etcd's own stays as it is: a newer patch of it serves
 * an older API server well, and 3.6 does not become 3.5 by another image (etcd.io, "Downgrade etcd from v3.6 to v3.5").
 * `onlyWhere: unwell`: only where its API server does not answer, so that the cluster can be asked at all. Not while etcd
 * has no quorum: that is why it does not, then, and one control plane after the other would be ended in vain.
 */
export const putBackManifests = defineStep({
  id: 'put-back-manifests',
  subject: 'node',
  title: ({ version }) => `static pods as they were on ${version}`,
  with: z.strictObject({ version: z.string(), onlyWhere: z.literal('unwell').optional() }),
  detect: (_wish, _on: NodeSubject) => ({
    points: restorePoints,
    pods: staticPods,
    api: ownApiServer,
    health: etcdHealth,
  }),
  optional: ['api', 'health'],

  check: ({ points, api, health = [] }, { version, onlyWhere }) => {
    if (onlyWhere === 'unwell' && api?.ready === true) return satisfied;
    const { files } = manifests(points, version);
    if (files.length === 0) return satisfied;
    const away = health.filter((member) => !member.healthy && !alarmed(member)).map(({ endpoint }) => endpoint);
    return health.length - away.length < quorum(health.length) && health.length > 0
      ? pending(`etcd to have quorum (${away.join(', ')} not healthy): without it no API server of any version serves`)
      : needed(`put back ${files.map(nameOf).join(', ')}`);
  },

  apply: ({ points }, { version }, on) => putBackOn(on.node, manifests(points, version)),
  expect: ({ points, pods }, { version }) => ({
    points: withBack(points, manifests(points, version)),
    pods: withStaticPodsAt(pods, version),
  }),

  limits: () => ({ attempts: 2, pendingMs: 120_000 }),
  explain: {
    why: 'What kubeadm changed, and what it left in the middle, is put back as the node kept it before; kubeadm then finds manifests and configuration alike.',
    source: 'lab, 1.36.3 → 1.35.4, also half-way; docs/rollback.md',
    type: [
      'cp /var/lib/nodeops-restore/RUN_VERSION/files/etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/',
      'mv /etc/kubernetes/kube-apiserver.yaml /etc/kubernetes/manifests/',
    ],
  },
});
