import { z } from 'zod';
import { restorePath } from '../commands/etcd-restore.ts';
import { claimHost as claim } from '../commands/recovery-host.ts';
import { comeTo, hasCome, recoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** Written first: from then on what is found on the host is of this restore, which may go on over it. */
export const claimHost = defineStep({
  id: 'claim-host',
  subject: 'node',
  title: () => 'write down whose the host is',
  with: z.strictObject({ restore: restoreParameter }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost }),

  check: ({ host }, { restore }) =>
    hasCome(host, restore, 'host') ? satisfied : needed('it belongs to this restore from now on'),
  apply: (_seen, { restore }, on) => [{ do: 'exec', on: on.node, command: claim(restorePath(restore)) }],
  expect: ({ host }, { restore }) => ({ host: comeTo(host, restore, 'host') }),

  explain: {
    why: 'A restore that was killed goes on over what it left, and over nothing else.',
    source: 'docs/restore.md, "Onto other hosts"',
    type: ['ls /etc/kubernetes'],
  },
});
