import { z } from 'zod';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdMembers } from '../facts/etcd-members.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { staticPods } from '../facts/static-pods.ts';
import { parseEtcdImage } from '../model/etcd-image.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { memberTroubles, statusOf } from './etcd-condition.ts';
import { defineStep } from './step.ts';

/** The member of this node is back with the version of its image, and every member is well. */
export const verifyEtcdImage = defineStep({
  id: 'verify-etcd-image',
  subject: 'node',
  title: ({ image }) => `etcd is back from ${image}`,
  with: z.strictObject({ image: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({
    pods: staticPods,
    members: etcdMembers,
    health: etcdHealth,
    status: etcdStatus,
    alarms: etcdAlarms,
  }),

  check: ({ pods: { etcd }, ...sight }, { image }) => {
    if (etcd === undefined) return satisfied;
    const wanted = parseEtcdImage(image)?.version;
    const own = sight.members.find(({ clientUrls }) => clientUrls.includes(etcd.clientUrl));
    const version = own === undefined ? undefined : statusOf(own, sight)?.version;
    if (version !== wanted) return pending(`its etcd to be ${wanted ?? image} (it is ${version ?? 'away'})`);
    const [trouble] = memberTroubles(sight);
    return trouble === undefined ? satisfied : pending(trouble.text, 'look closer: nodeops etcd status');
  },

  limits: () => ({ pendingMs: 300_000 }),
  explain: {
    why: 'The next member is ended only when this one votes again: otherwise there is no quorum.',
    source: 'etcd.io, FAQ, "What is failure tolerance?"',
    type: ['etcdctl endpoint status --cluster', 'etcdctl endpoint health --cluster'],
  },
});
