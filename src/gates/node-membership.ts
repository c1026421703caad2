import { z } from 'zod';
import { clusterCa } from '../facts/cluster-ca.ts';
import { nodeIdentity } from '../facts/node-identity.ts';
import { nodes } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** The host is a node of this cluster, and the very machine that the cluster knows by its name. */
export const nodeMembership = defineStep({
  id: 'node-membership',
  subject: 'node',
  title: () => 'membership in the cluster',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: nodeIdentity, nodes, ca: clusterCa }),

  check: ({ host, nodes: all, ca }, _wish, on) => {
    if (host.clusterCa !== undefined && host.clusterCa !== ca.sha256)
      return blocked(
        `the host behind ${on.node} belongs to another cluster: its CA is ${host.clusterCa.slice(0, 23)}…, this cluster's ${ca.sha256.slice(0, 23)}…`,
        `check the address of ${on.node} in the inventory`,
      );
    const node = all.find(({ name }) => name === on.node);
    return node === undefined || node.machineId === host.machineId
      ? satisfied
      : blocked(
          `${on.node} has machine-id ${host.machineId}, but the Node object says ${node.machineId}`,
          `check the address of ${on.node}; after a machine was cloned or replaced, its Node object is stale`,
        );
  },

  explain: {
    why: 'Two clusters may have nodes of the same name; a clone of a node has its certificate.',
    source: 'kubernetes.io, PKI certificates and requirements; machine-id(5)',
    type: ['openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt', 'cat /etc/machine-id'],
  },
});
