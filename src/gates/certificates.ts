import { z } from 'zod';
import { certificates as certificatesFact, type Certificate } from '../facts/certificates.ts';
import { hostClock } from '../facts/host-clock.ts';
import { dayMs, dayOf } from '../model/calendar-day.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** An authority takes weeks to replace by hand. */
const authorityNoticeMs = 180 * dayMs;
/** A kubelet replaces its own when a fifth of its life is left; one that is nearer to its end does not do so. */
const leafNoticeMs = 7 * dayMs;

const fixOf = (on: NodeSubject, { file, authority }: Certificate): string => {
  if (authority)
    return 'kubernetes.io, "Manual Rotation of CA Certificates": every certificate of the cluster hangs on it';
  return file.includes('kubelet-client')
    ? `let the kubelet ask for a new one: kubernetes.io, "Certificate rotation"; see journalctl -u kubelet on ${on.node}`
    : `nodeops certs renew; where no API server answers any more: kubeadm certs renew all on ${on.node}, then restart its static pods`;
};

const troubles = (on: NodeSubject, all: readonly Certificate[], now: number) => {
  const told = (certificate: Certificate, what: string): Trouble => ({
    because: `${on.node}: ${certificate.file} ${what} on ${dayOf(certificate.notAfter)}`,
    fix: fixOf(on, certificate),
  });
  const expired = all.filter(({ notAfter }) => notAfter <= now);
  const soon = all.filter(({ file, notAfter, authority }) => {
    // kubeadm renews the leaves of a control plane in every upgrade.
    const notice = authority ? authorityNoticeMs : file.includes('kubelet-client') ? leafNoticeMs : 0;
    return notAfter > now && notAfter - now < notice;
  });
  return { expired: expired.map((each) => told(each, 'expired')), soon: soon.map((each) => told(each, 'expires')) };
};

/** No certificate has expired; authorities whose key is elsewhere are told, since kubeadm cannot renew what they signed. */
export const certificates = defineStep({
  id: 'certificates',
  subject: 'node',
  title: () => 'certificates',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ found: certificatesFact, clock: hostClock }),

  check: ({ found, clock }, _wish, on) => {
    const { expired, soon } = troubles(on, found.certificates, clock.epochMs);
    const external = on.role === 'worker' ? [] : found.withoutKey;
    const elsewhere: readonly Trouble[] = external.map((name) => ({
      because: `${on.node}: no key of ${name} is here: kubeadm cannot renew what that authority signed`,
      fix: 'see when the certificates end (kubeadm certs check-expiration), and have them signed anew where the key is',
    }));
    return judged(expired, [...soon, ...elsewhere]);
  },

  foreseen: true,
  waivable: true,
  explain: {
    why: 'A component whose certificate has expired does not come back from its restart.',
    source: 'kubernetes.io, Certificate Management with kubeadm',
    type: ['kubeadm certs check-expiration'],
  },
});
