import { z } from 'zod';
import { servedCertificates } from '../facts/certificate-users.ts';
import { certificates } from '../facts/certificates.ts';
import { leaderHealth } from '../facts/leader-health.ts';
import { dayOf } from '../model/calendar-day.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What API server and etcd show to whoever asks is what lies on the disk, and what was restarted beside them is well. */
export const verifyServedCertificates = defineStep({
  id: 'verify-served-certificates',
  subject: 'node',
  title: () => 'they are shown to whoever asks',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({
    served: servedCertificates,
    found: certificates,
    leaders: leaderHealth,
  }),

  check: ({ served, found, leaders }, _wish, on) => {
    if (!served.some(({ name }) => name === 'kube-apiserver')) return pending(`the API server of ${on.node} to run`);
    const troubles = served.flatMap(({ name, file, notAfter }) => {
      const written = found.certificates.find((each) => each.file === file);
      if (notAfter === undefined) return [`${name} to show a certificate`];
      // Where somebody put it elsewhere there is nothing to compare with.
      return written === undefined || written.notAfter === notAfter
        ? []
        : [
            `${name} to show the certificate of ${file} (${dayOf(written.notAfter)}; it shows one until ${dayOf(notAfter)})`,
          ];
    });
    const ill = leaders.flatMap(({ name, well }) => (well ? [] : [`${name} to be well`]));
    const waitingFor = [...troubles, ...ill];
    return waitingFor.length === 0
      ? satisfied
      : pending(waitingFor.join('; '), `see its log: crictl logs, or /var/log/pods on ${on.node}`);
  },

  limits: () => ({ pendingMs: 180_000 }),
  explain: {
    why: 'A file on the disk protects nobody: what counts is the certificate that is shown.',
    source: 'kubernetes.io, Certificate Management with kubeadm',
    type: ['openssl s_client -connect NODE:6443 </dev/null 2>/dev/null | openssl x509 -noout -enddate'],
  },
});
