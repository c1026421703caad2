import { z } from 'zod';
import { hostRecord } from '../commands/new-host.ts';
import { claimHost as claim } from '../commands/recovery-host.ts';
import { isMarked, markedAs, newHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Written first: from then on what is found on the host is this cluster's, and what was begun goes on over it. */
export const claimNewHost = defineStep({
  id: 'claim-new-host',
  subject: 'node',
  title: () => 'write down whose the host is',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host }, _wish, { cluster }) =>
    isMarked(host, cluster, 'host') ? satisfied : needed(`it belongs to ${cluster} from now on`),
  apply: (_seen, _wish, { node, cluster }) => [{ do: 'exec', on: node, command: claim(hostRecord(cluster)) }],
  expect: ({ host }, _wish, { cluster }) => ({ host: markedAs(host, cluster, 'host') }),

  explain: {
    why: 'What was killed goes on over what it left, and over nothing else.',
    source: 'docs/create.md',
    type: ['ls /etc/kubernetes'],
  },
});
