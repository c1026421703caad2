import { z } from 'zod';
import { nodeIdentity as identityFact } from '../facts/node-identity.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/**
 * The host behind a name is the node of that name: two swapped addresses cannot pass. Judged by the host alone, since
 * behind a wrong address of a control plane there is no API server to ask.
 */
export const nodeIdentity = defineStep({
  id: 'node-identity',
  subject: 'node',
  title: () => 'identity',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: identityFact }),

  check: ({ host }, _wish, on) => {
    const certified = host.kubeletCertificate?.commonName;
    if (certified === undefined)
      return blocked(
        `the host behind ${on.node} has no kubelet certificate: it is no node of a cluster`,
        `check the address of ${on.node} in the inventory`,
      );
    return certified === `system:node:${on.node}`
      ? satisfied
      : blocked(
          `the host behind ${on.node} is ${certified.replace('system:node:', '')}: its kubelet's certificate says so`,
          'check the addresses in the inventory: two of them may be swapped',
        );
  },

  foreseen: true,
  explain: {
    why: 'A wrong address would drain one node and upgrade another.',
    source: 'kubernetes.io, Using Node authorization (system:node:NAME)',
    type: ['openssl x509 -noout -subject -in /var/lib/kubelet/pki/kubelet-client-current.pem'],
  },
});
