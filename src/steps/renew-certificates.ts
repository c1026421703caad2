import { z } from 'zod';
import { renewCertificates as renew } from '../commands/certificates.ts';
import { certificateUsersThere } from '../facts/certificate-users.ts';
import { certificates, type Certificate, type Certificates } from '../facts/certificates.ts';
import { hostClock } from '../facts/host-clock.ts';
import { certificatesRenewed } from '../facts/node-marks.ts';
import { dayMs, dayOf } from '../model/calendar-day.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { maintenanceName } from './maintenance-name.ts';
import { defineStep } from './step.ts';

/** Kubelets renew their own, authorities are replaced by hand. */
const isKubeadms = ({ file, authority }: Certificate): boolean => !authority && !file.startsWith('/var/lib/kubelet/');

/** Of those that kubeadm renews, the ones that end within so many days. */
export const endingSoon = (
  { certificates: all }: Certificates,
  now: number,
  withinDays: number,
): readonly Certificate[] =>
  all
    .filter((each) => isKubeadms(each) && each.notAfter - now < withinDays * dayMs)
    .toSorted((one, other) => one.notAfter - other.notAfter);

const text = ({ file, notAfter }: Certificate): string =>
  `${file.replace('/etc/kubernetes/', '')}, which ends on ${dayOf(notAfter)}`;

const listed = 3;

/** Renews what kubeadm signed on a control plane, once in a maintenance, whatever the length of their life is. */
export const renewCertificates = defineStep({
  id: 'renew-certificates',
  subject: 'node',
  title: () => 'renew the certificates',
  with: z.strictObject({
    maintenance: maintenanceName,
    /** Those that end later are good enough. */
    withinDays: z.number().default(90),
    /** Whatever is left of them. */
    all: z.boolean().optional(),
  }),
  detect: ({ maintenance }, _on: NodeSubject) => ({
    found: certificates,
    clock: hostClock,
    users: certificateUsersThere,
    renewed: certificatesRenewed(maintenance),
  }),

  check: ({ found, clock, renewed }, { withinDays, all }) => {
    if (renewed) return satisfied;
    const due = endingSoon(found, clock.epochMs, all === true ? Infinity : withinDays);
    const more = due.length - listed;
    return due.length === 0
      ? satisfied
      : needed(
          ...due.slice(0, listed).map(text),
          ...(more > 0 ? [`${more} more, of a control plane all at once`] : []),
        );
  },
  apply: (_seen, { maintenance }, on) => [{ do: 'exec', on: on.node, command: renew(maintenance) }],
  // What runs has begun before them then.
  expect: ({ users, clock }) => ({
    renewed: true,
    users: users.map((user) => ({ ...user, newestAt: Math.max(clock.epochMs, user.startedAt + 1) })),
  }),

  explain: {
    why: 'kubeadm renews certificates only in an upgrade; a cluster that is left alone for a year stops.',
    source: 'kubernetes.io, Certificate Management with kubeadm, "Manual certificate renewal"',
    type: ['kubeadm certs renew all', 'cp /etc/kubernetes/admin.conf ~/.kube/config'],
  },
});
