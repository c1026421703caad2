import { z } from 'zod';
import { hexId } from '../facts/through-etcd.ts';
import { removeMember } from '../commands/etcd-replacement.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, needed, pending, satisfied } from '../model/verdict.ts';
import { lostMember, othersTroubles, replacementParameter, replacingFacts } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** The lost member is taken out of etcd's list, through another control plane; never while it may still run. */
export const removeEtcdMember = defineStep({
  id: 'remove-etcd-member',
  subject: 'node',
  title: () => 'take the lost member out of etcd’s list',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => replacingFacts(on.node),

  check: (seen, { replacement }, on) => {
    const lost = lostMember(seen, replacement);
    if (lost === undefined) return satisfied;
    const { manifest, processes } = seen.there;
    if (manifest === 'here' || processes.length > 0)
      return pending(`the etcd of ${on.node} to be stopped`, 'something put etcd.yaml back: find out what, and go on');
    const troubles = othersTroubles(seen, on.node);
    return troubles.length > 0 ? judged(troubles, []) : needed(`member remove ${hexId(lost.id)}`);
  },

  apply: (seen, { replacement }, _on, api) => {
    const lost = lostMember(seen, replacement);
    return lost === undefined ? [] : [{ do: 'exec', on: api.node, command: removeMember(hexId(lost.id)) }];
  },
  expect: ({ members, ...seen }, { replacement }) => {
    const lost = lostMember({ members }, replacement);
    return {
      members: members.filter((each) => each !== lost),
      status: seen.status.filter(({ endpoint }) => lost?.clientUrls.includes(endpoint) !== true),
      health: seen.health.filter(({ endpoint }) => lost?.clientUrls.includes(endpoint) !== true),
    };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A member that is gone for good counts for quorum all the same: it goes before another comes.',
    source: 'etcd.io, Runtime reconfiguration, "Replace a failed machine"',
    type: ['etcdctl member list', 'etcdctl member remove ID'],
  },
});
