import { z } from 'zod';
import { nodeIdentity } from '../facts/node-identity.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** The host carries this cluster, or none; asked of files alone, since there may be no API server, and no control plane any more. */
export const sameCluster = defineStep({
  id: 'same-cluster',
  subject: 'node',
  title: () => 'it carries this cluster, or none',
  with: z.strictObject({
    /** SHA-256 of the cluster's authority, as its control planes have it; empty where none has one any more. */
    authority: z.string(),
  }),
  detect: (_wish, _on: NodeSubject) => ({ host: nodeIdentity }),

  check: ({ host: { clusterCa: own } }, { authority }, { node, cluster }) => {
    if (own === undefined || own === authority) return satisfied;
    return authority === ''
      ? blocked(
          `${node} carries a cluster, and no control plane of ${cluster} says whether it is this one: they carry none`,
          `see which: openssl x509 -noout -subject -fingerprint -in /etc/kubernetes/pki/ca.crt on ${node}; where nobody misses it: kubeadm reset --force there`,
        )
      : blocked(
          `the host behind ${node} belongs to another cluster: its CA is ${own.slice(0, 23)}…, this cluster's ${authority.slice(0, 23)}…`,
          `check the address of ${node} in the inventory`,
        );
  },

  explain: {
    why: 'Whoever gave a wrong address must not lose another cluster by it.',
    source: 'kubernetes.io, PKI certificates and requirements',
    type: ['openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt'],
  },
});
