import { z } from 'zod';
import { placeAuthorities as extract, stagedArchive } from '../commands/recovery.ts';
import { comeTo, hasCome, recoveryHost } from '../facts/recovery-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** The cluster's own authorities and keys, out of a control plane's part of the backup. */
export const placeAuthorities = defineStep({
  id: 'place-authorities',
  subject: 'node',
  title: () => 'the cluster’s authorities and keys, from the backup',
  with: z.strictObject({ restore: restoreParameter, archive: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ host: recoveryHost }),

  check: ({ host }, { restore }) =>
    hasCome(host, restore, 'authorities') ? satisfied : needed('CA, front-proxy CA, etcd CA, service accounts’ keys'),
  apply: (_seen, { restore, archive }, on) => [
    { do: 'send', on: on.node, path: stagedArchive(restore), artifact: archive },
    { do: 'exec', on: on.node, command: extract(restore) },
  ],
  expect: ({ host }, { restore }) => ({ host: comeTo(host, restore, 'authorities') }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'With the same authorities every token, kubeconfig and certificate of before stays good; those of the machine itself are made anew.',
    source: 'kubernetes.io, Certificate Management with kubeadm, "Custom certificates"',
    type: [
      "tar -xf node-CP.tar -C / --wildcards 'etc/kubernetes/pki/ca.*' 'etc/kubernetes/pki/sa.*' 'etc/kubernetes/pki/front-proxy-ca.*' 'etc/kubernetes/pki/etcd/ca.*'",
    ],
  },
});
