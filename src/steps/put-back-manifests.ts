import { z } from 'zod';
import { manifestDirectory, putBack } from '../commands/restore-point.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import { restorePoints } from '../facts/restore-points.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { differingIn, pointBefore, withBack } from './restorable.ts';
import { withStaticPodsAt } from './upgrade-evidence.ts';

const etcdManifest = `${manifestDirectory}/etcd.yaml`;

const nameOf = (file: string): string => file.slice(manifestDirectory.length + 1);

/**
 * The static pods of a control plane as they were before the run. etcd's own stays as it is: a newer patch of it serves
 * an older API server well, and 3.6 does not become 3.5 by another image (etcd.io, "Downgrade etcd from v3.6 to v3.5").
 * `onlyWhere: unwell`: only where its API server does not answer, so that the cluster can be asked at all.
 */
export const putBackManifests = defineStep({
  id: 'put-back-manifests',
  subject: 'node',
  title: ({ version }) => `static pods as they were on ${version}`,
  with: z.strictObject({ version: z.string(), onlyWhere: z.literal('unwell').optional() }),
  detect: (_wish, _on: NodeSubject) => ({ points: restorePoints, pods: staticPods, api: ownApiServer }),
  optional: ['api'],

  check: ({ points, api }, { version, onlyWhere }) => {
    if (onlyWhere === 'unwell' && api?.ready === true) return satisfied;
    const files = differingIn(pointBefore(points, version), manifestDirectory).filter((file) => file !== etcdManifest);
    return files.length === 0 ? satisfied : needed(`put back ${files.map(nameOf).join(', ')}`);
  },

  apply: ({ points }, { version }, on) => {
    const point = pointBefore(points, version);
    const files = differingIn(point, manifestDirectory).filter((file) => file !== etcdManifest);
    return point === undefined ? [] : [{ do: 'exec', on: on.node, command: putBack(point.path, files) }];
  },

  expect: ({ points, pods }, { version }) => {
    const point = pointBefore(points, version);
    const files = differingIn(point, manifestDirectory);
    return {
      points: point === undefined ? points : withBack(points, point.path, files),
      pods: withStaticPodsAt(pods, version),
    };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'What kubeadm changed, and what it left in the middle, is put back as the node kept it before; kubeadm then finds manifests and configuration alike.',
    source: 'lab, 1.36.3 → 1.35.4, also half-way; docs/rollback.md',
    type: [
      'cp /var/lib/nodeops-restore/RUN_VERSION/files/etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/',
      'mv /etc/kubernetes/kube-apiserver.yaml /etc/kubernetes/manifests/',
    ],
  },
});
