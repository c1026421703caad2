import { z } from 'zod';
import { certificates } from '../facts/certificates.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** kubeadm has the keys of all authorities that it needs, and none of these ends before what it would sign. */
export const renewableCertificates = defineStep({
  id: 'renewable-certificates',
  subject: 'node',
  title: () => 'certificates that kubeadm can renew',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ found: certificates }),

  check: ({ found: { withoutKey } }, _wish, on) =>
    judged(
      withoutKey.map((name) => ({
        because: `${on.node}: no key of ${name} is here: kubeadm cannot renew what that authority signed`,
        fix: 'have these certificates signed anew where the key is: kubeadm certs generate-csr; then restart the static pods',
      })),
      [],
    ),

  explain: {
    why: 'kubeadm renews nothing, or only a part, where an authority is kept elsewhere: half of them would be new.',
    source: 'kubernetes.io, PKI certificates and requirements, "External CA mode"; Certificate Management with kubeadm',
    type: ['kubeadm certs check-expiration'],
  },
});
