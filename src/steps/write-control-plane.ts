import { z } from 'zod';
import { readInitialCluster } from '../backup/etcd-identity.ts';
import { controlPlaneManifests } from '../commands/etcd-restore.ts';
import { stagedConfiguration, writeControlPlane as write } from '../commands/recovery.ts';
import { etcdRestores } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { membersParameter, restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

/** Certificates, kubeconfigs and manifests as `kubeadm init` makes them, kept away until there is something to start. */
export const writeControlPlane = defineStep({
  id: 'write-control-plane',
  subject: 'node',
  title: () => 'certificates, kubeconfigs and manifests for this host',
  with: z.strictObject({ restore: restoreParameter, configuration: z.string(), members: membersParameter }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores: { manifests } }) =>
    controlPlaneManifests.every((each) => manifests[each] !== undefined)
      ? satisfied
      : needed('kubeadm init: preflight, certs, kubeconfig, control-plane, etcd'),

  apply: (_seen, { restore, configuration }, on) => [
    { do: 'send', on: on.node, path: stagedConfiguration(restore), artifact: configuration },
    { do: 'exec', on: on.node, command: write(restore) },
  ],
  expect: ({ restores }, { members }) => {
    const [first] = readInitialCluster(members) ?? [];
    return {
      restores: {
        ...restores,
        manifests: Object.fromEntries(controlPlaneManifests.map((each) => [each, 'away' as const])),
        flags: {
          'data-dir': '/var/lib/etcd',
          'initial-cluster': members,
          ...(first === undefined ? {} : { name: first.name, 'initial-advertise-peer-urls': first.peerUrl }),
        },
      },
    };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'What names the machine that is gone (serving certificates, addresses in manifests and kubeconfigs) is made for the new one; kubeadm’s own checks come first.',
    source: 'kubernetes.io, kubeadm init phase; lab, 1.35.4',
    type: [
      'kubeadm init phase preflight --config kubeadm.yaml',
      'kubeadm init phase certs all --config kubeadm.yaml',
      'kubeadm init phase kubeconfig all --config kubeadm.yaml',
      'kubeadm init phase control-plane all --config kubeadm.yaml',
      'kubeadm init phase etcd local --config kubeadm.yaml',
    ],
  },
});
