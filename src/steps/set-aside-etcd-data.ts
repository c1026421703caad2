import { z } from 'zod';
import { setDataAside } from '../commands/etcd-replacement.ts';
import { withReached } from '../facts/etcd-on-node.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { isReplaced, lostMember, replacementParameter, replacingFacts } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** What is left of the lost member's data is renamed, and kept: a member that was removed must not come back with it. */
export const setAsideEtcdData = defineStep({
  id: 'set-aside-etcd-data',
  subject: 'node',
  title: () => 'what is left of the lost member’s data set aside',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => replacingFacts(on.node),

  check: (seen, { replacement }, on) => {
    if (isReplaced(seen, replacement)) return satisfied;
    const { manifest, processes, hasMember, base } = seen.there;
    if (manifest === 'here' || processes.length > 0 || lostMember(seen, replacement) !== undefined)
      return pending(`the lost member of ${on.node} to be stopped and out of etcd’s list`);
    return needed(
      hasMember ? `keep the old data in ${base ?? '?'}/member-${replacement}` : 'there are no data to keep',
    );
  },

  apply: (_seen, { replacement }, on) => [{ do: 'exec', on: on.node, command: setDataAside(replacement) }],
  expect: ({ there }, { replacement }) => ({
    there: { ...withReached(there, replacement, 'aside'), hasMember: false },
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'etcd over the data of a member that was removed ends at once; and whoever wants to know what broke them still can.',
    source: 'kubernetes.io, Operating etcd clusters, "Replacing a failed etcd member"; rename(2)',
    type: ['mv /var/lib/etcd/member /var/lib/etcd-lost-member'],
  },
});
