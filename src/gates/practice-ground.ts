import { z } from 'zod';
import { groundFile } from '../commands/practice.ts';
import { nodeIdentity } from '../facts/node-identity.ts';
import { practiceGround as ground } from '../facts/practice-ground.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** Somebody said of this very cluster, on each of its nodes, that things may be broken there on purpose. */
export const practiceGround = defineStep({
  id: 'practice-ground',
  subject: 'node',
  title: () => 'it is there to practise on',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: nodeIdentity, ground }),
  optional: ['ground'],

  check: ({ host: { clusterCa }, ground: mark }, _wish, { node, cluster }) => {
    if (mark === undefined)
      return blocked(
        `${node} is not there to practise on: nothing is broken on purpose where nobody allowed it`,
        `only for a cluster that nobody needs: nodeops practice allow --cluster ${cluster}`,
      );
    if (mark.cluster !== cluster)
      return blocked(
        `${node} was allowed for practice as a node of ${mark.cluster}, and the inventory calls this cluster ${cluster}`,
        `look which it is; where it is the same under another name: nodeops practice allow --cluster ${cluster}`,
      );
    return mark.authority === clusterCa
      ? satisfied
      : blocked(
          `${node} was allowed for practice in another cluster: its authority is not the one that the mark names`,
          `look which cluster it carries; remove the mark where it is not there to practise on: rm ${groundFile} on ${node}`,
        );
  },

  explain: {
    why: 'A task breaks something on purpose. The mark names the cluster and the digest of its authority, so that it does not count on a node, or a copy of its disk, that has become part of another cluster.',
    source: 'docs/practice.md, "Where"',
    type: [`cat ${groundFile}`, 'openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt'],
  },
});
