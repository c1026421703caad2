import { z } from 'zod';
import { clusterCa } from '../facts/cluster-ca.ts';
import { nodeIdentity as identityFact } from '../facts/node-identity.ts';
import { nodes } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** The host behind a name is that node of that cluster: two swapped addresses cannot pass. */
export const nodeIdentity = defineStep({
  id: 'node-identity',
  subject: 'node',
  title: () => 'identity',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: identityFact, nodes, ca: clusterCa }),

  check: ({ host, nodes: all, ca }, _wish, on) => {
    const certified = host.kubeletCertificate?.commonName;
    if (host.clusterCa !== undefined && host.clusterCa !== ca.sha256)
      return blocked(
        `the host behind ${on.node} belongs to another cluster: its CA is ${host.clusterCa.slice(0, 23)}…, this cluster's ${ca.sha256.slice(0, 23)}…`,
        `check the address of ${on.node} in the inventory`,
      );
    if (certified === undefined)
      return blocked(
        `the host behind ${on.node} has no kubelet certificate: it is no node of a cluster`,
        `check the address of ${on.node} in the inventory`,
      );
    if (certified !== `system:node:${on.node}`)
      return blocked(
        `the host behind ${on.node} is ${certified.replace('system:node:', '')}: its kubelet's certificate says so`,
        'check the addresses in the inventory: two of them may be swapped',
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
    why: 'A wrong address would drain one node and upgrade another.',
    source: 'kubernetes.io, Using Node authorization (system:node:NAME); machine-id(5)',
    type: ['openssl x509 -noout -subject -in /var/lib/kubelet/pki/kubelet-client-current.pem', 'cat /etc/machine-id'],
  },
});
