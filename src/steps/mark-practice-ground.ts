import { z } from 'zod';
import { groundFile, markGround, unmarkGround } from '../commands/practice.ts';
import { nodeIdentity } from '../facts/node-identity.ts';
import { practiceGround } from '../facts/practice-ground.ts';
import { practiceTask } from '../facts/practice-task.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Says on a node that its cluster is there to practise on, or takes that back. */
export const markPracticeGround = defineStep({
  id: 'mark-practice-ground',
  subject: 'node',
  title: ({ allowed }) => (allowed ? 'allow practice here' : 'take back that practice is allowed here'),
  with: z.strictObject({ allowed: z.boolean() }),
  detect: (_wish, _on: NodeSubject) => ({ host: nodeIdentity, ground: practiceGround, task: practiceTask }),
  optional: ['ground', 'task'],
  // Nothing of the node is interrupted by it.
  quiet: true,

  check: ({ host: { clusterCa }, ground, task }, { allowed }, { node, cluster }) => {
    if (!allowed) {
      if (task !== undefined)
        return blocked(
          `the task ${task.task} is set up in ${cluster}`,
          `put the cluster back as it was first: nodeops practice reset --cluster ${cluster}`,
        );
      return ground === undefined ? satisfied : needed(`remove ${groundFile}`);
    }
    if (clusterCa === undefined)
      return blocked(
        `${node} carries no cluster: it has no /etc/kubernetes/pki/ca.crt`,
        'join it first, or correct its address in the inventory',
      );
    return ground?.cluster === cluster && ground.authority === clusterCa ? satisfied : needed(`write ${groundFile}`);
  },

  apply: ({ host: { clusterCa = '' } }, { allowed }, { node, cluster }) => [
    { do: 'exec', on: node, command: allowed ? markGround({ cluster, authority: clusterCa }) : unmarkGround() },
  ],
  expect: ({ host: { clusterCa = '' } }, { allowed }, { cluster }) => ({
    ground: allowed ? { cluster, authority: clusterCa } : undefined,
  }),

  explain: {
    why: 'Tasks to practise with break something on purpose. They are refused on every cluster that does not say on each of its nodes that this may be done, by its name and the digest of its authority.',
    source: 'docs/practice.md, "Where"',
    type: [
      `printf 'cluster=%s\\nauthority=%s\\n' CLUSTER "$(openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt | cut -d= -f2)" > ${groundFile}`,
    ],
  },
});
