import { z } from 'zod';
import { certificateUsers, restartPrograms } from '../commands/certificates.ts';
import { certificateUsersThere, type CertificateUser } from '../facts/certificate-users.ts';
import { certificatesRenewed } from '../facts/node-marks.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { maintenanceName } from './maintenance-name.ts';
import { defineStep } from './step.ts';

/** Those that began before the newest of their certificates was written, etcd first. */
const stale = (users: readonly CertificateUser[]): readonly CertificateUser[] =>
  certificateUsers.flatMap((name) => users.filter((user) => user.name === name && user.newestAt > user.startedAt));

/** Programs of kubeadm's static pods read most certificates only when they start. */
export const restartCertificateUsers = defineStep({
  id: 'restart-certificate-users',
  subject: 'node',
  title: () => 'restart what uses them',
  with: z.strictObject({ maintenance: maintenanceName }),
  detect: ({ maintenance }, _on: NodeSubject) => ({
    users: certificateUsersThere,
    renewed: certificatesRenewed(maintenance),
  }),

  check: ({ users, renewed }, _wish, on) => {
    const due = stale(users);
    if (due.length > 0)
      return needed(
        `restart ${due.map(({ name }) => name).join(', ')}: they began before their certificates were written`,
      );
    if (!renewed) return satisfied;
    const away = certificateUsers.filter((name) => name !== 'etcd' && !users.some((user) => user.name === name));
    return away.length === 0
      ? satisfied
      : pending(`${away.join(', ')} on ${on.node} to run`, `see why: journalctl -u kubelet on ${on.node}`);
  },
  apply: ({ users }, _wish, on) => [{ do: 'exec', on: on.node, command: restartPrograms(stale(users)) }],
  expect: ({ users }) => ({
    users: users.map((user) => ({ ...user, startedAt: Math.max(user.startedAt, user.newestAt) })),
  }),

  limits: () => ({ pendingMs: 180_000, attempts: 2 }),
  explain: {
    why: 'What runs goes on with the certificates that it read when it began, until they end.',
    source: 'kubernetes.io, Certificate Management with kubeadm: "you must restart the control plane Pods"',
    type: [
      'mv /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/',
      'sleep 20',
      'mv /etc/kubernetes/etcd.yaml /etc/kubernetes/manifests/',
      'likewise kube-apiserver.yaml, kube-controller-manager.yaml, kube-scheduler.yaml',
    ],
  },
});
