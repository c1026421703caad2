import { z } from 'zod';
import { beginReplacement, endedForMember } from '../commands/etcd-replacement.ts';
import { moveLeader } from '../commands/etcdctl.ts';
import type { EtcdMember } from '../facts/etcd-members.ts';
import { withReached } from '../facts/etcd-on-node.ts';
import { etcdRestores } from '../facts/etcd-restores.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied } from '../model/verdict.ts';
import {
  isReplaced,
  lostMember,
  newMember,
  othersTroubles,
  replacementParameter,
  replacingFacts,
  type ReplacingSight,
} from './etcd-replacing.ts';
import { defineStep } from './step.ts';
import { inPlace, stopped, stopping } from './stop-static-pods.ts';

/**
 * Who is to lead in the place of a member that is lost and leads all the same: one whose files are gone does not notice,
 * and ending it so would cost an election, in which nothing is written. One that leads a cluster of its own has
 * nobody there to hand over to: then there is a second leader.
 */
const heirOf = (seen: ReplacingSight, replacement: string): EtcdMember | undefined => {
  const lost = lostMember(seen, replacement) ?? newMember(seen, replacement);
  const [leader, ...more] = seen.status.filter((each) => each.leader);
  if (lost === undefined || more.length > 0 || leader?.memberId !== lost.id) return undefined;
  return seen.members.find((member) => member !== lost && !member.learner && member.started);
};

/**
 * The etcd of the lost member is ended by taking its manifest away, and with it the API server that lives on it: over
 * another etcd it would show what that has, and afterwards it would go on with what it remembers.
 */
export const stopEtcdMember = defineStep({
  id: 'stop-etcd-member',
  subject: 'node',
  title: () => 'stop the etcd of the lost member, and the API server that lives on it',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => ({ ...replacingFacts(on.node), restores: etcdRestores }),

  check: ({ restores, ...seen }, { replacement }, on) => {
    if (isReplaced(seen, replacement)) return satisfied;
    const troubles = inPlace(restores, endedForMember).length > 0 ? othersTroubles(seen, on.node) : [];
    return troubles.length > 0 ? judged(troubles, []) : stopping(restores, endedForMember, on.node);
  },

  apply: (seen, { replacement }, on) => {
    const heir = heirOf(seen, replacement);
    return [
      ...(heir === undefined ? [] : [{ do: 'exec', on: on.node, command: moveLeader(hexId(heir.id)) } as const]),
      { do: 'exec', on: on.node, command: beginReplacement(replacement) },
    ];
  },
  expect: ({ there, restores }, { replacement }) => ({
    there: { ...withReached(there, replacement, 'begun'), manifest: 'away' as const, processes: [] },
    restores: stopped(restores, endedForMember),
    here: { why: 'etcd has no manifest in its place' },
  }),

  // A live API server ends after 30 s, each time (lab).
  limits: () => ({ pendingMs: 180_000, attempts: 3 }),
  explain: {
    why: 'A kubelet starts the etcd of its manifest again and again: over lost data it may found an empty cluster, and its API server would serve that.',
    source: 'kubernetes.io, Operating etcd clusters, "Replacing a failed etcd member"; lab',
    type: [
      'mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/manifests/etcd.yaml /root/',
      'until ! pgrep -x etcd && ! pgrep -x kube-apiserver; do sleep 1; done',
    ],
  },
});
