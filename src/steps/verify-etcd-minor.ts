import { z } from 'zod';
import type { NodeSubject } from '../model/subject.ts';
import { minorOf } from '../model/version.ts';
import { etcdBack, etcdBackExplained, etcdBackFacts } from './etcd-back.ts';
import { defineStep } from './step.ts';

/** The member of this node is back with the wished minor, and every member is well. */
export const verifyEtcdMinor = defineStep({
  id: 'verify-etcd-minor',
  subject: 'node',
  title: ({ minor }) => `etcd is back on ${minor}`,
  with: z.strictObject({ minor: z.string() }),
  detect: (_wish, _on: NodeSubject) => etcdBackFacts,

  check: (seen, { minor }) => etcdBack(seen, minor, (version) => minorOf(version) === minor),

  limits: () => ({ pendingMs: 300_000 }),
  explain: etcdBackExplained,
});
