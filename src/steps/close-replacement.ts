import { z } from 'zod';
import { closeReplacement as close } from '../commands/etcd-replacement.ts';
import { etcdOnNode, hasReached, withReached } from '../facts/etcd-on-node.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { replacementParameter } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** The replacement is over: it is written down. The lost member's data stay. */
export const closeReplacement = defineStep({
  id: 'close-replacement',
  subject: 'node',
  title: () => 'write down that it is over',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, _on: NodeSubject) => ({ there: etcdOnNode }),

  check: ({ there }, { replacement }) =>
    hasReached(there, replacement, 'done') ? satisfied : needed('remove the copy of etcd.yaml'),
  apply: (_seen, { replacement }, on) => [{ do: 'exec', on: on.node, command: close(replacement) }],
  expect: ({ there }, { replacement }) => ({ there: withReached(there, replacement, 'done') }),

  explain: {
    why: 'The next replacement on this node has to know that this one was ended.',
    source: 'docs/etcd.md, "A member that was lost"',
    type: ['rm /root/etcd.yaml'],
  },
});
