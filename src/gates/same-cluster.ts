import { z } from 'zod';
import { clusterCa } from '../facts/cluster-ca.ts';
import { nodeIdentity } from '../facts/node-identity.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** The host carries this cluster, or none; asked of files alone, since there may be no API server any more. */
export const sameCluster = defineStep({
  id: 'same-cluster',
  subject: 'node',
  title: () => 'it carries this cluster, or none',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: nodeIdentity, ca: clusterCa }),
  // The first control plane may have been reset already.
  optional: ['ca'],

  check: ({ host: { clusterCa: own }, ca }, _wish, { node }) =>
    own === undefined || ca === undefined || own === ca.sha256
      ? satisfied
      : blocked(
          `the host behind ${node} belongs to another cluster: its CA is ${own.slice(0, 23)}…, this cluster's ${ca.sha256.slice(0, 23)}…`,
          `check the address of ${node} in the inventory`,
        ),

  explain: {
    why: 'Whoever gave a wrong address must not lose another cluster by it.',
    source: 'kubernetes.io, PKI certificates and requirements',
    type: ['openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt'],
  },
});
