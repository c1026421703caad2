import { z } from 'zod';
import { nodeArchive, nodeVersions, gatheredIn } from '../backup/names.ts';
import { removeFiles, saveNode as saveCommand } from '../commands/backup-files.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { bootIdentity } from '../facts/boot-identity.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** A node's configuration, certificates and keys, for a backup. */
export const saveNode = defineStep({
  id: 'save-node',
  subject: 'node',
  title: () => 'configuration and certificates, copied off the node',
  with: z.strictObject({ run: z.string() }),
  detect: ({ run }, on: NodeSubject) => {
    const folder = gatheredIn(on.cluster, run);
    return {
      archive: keptArtifact(`${folder}/${nodeArchive(on.node)}`),
      versions: keptArtifact(`${folder}/${nodeVersions(on.node)}`),
      // A node that restarts in the middle is waited for, and asked, before anything is begun again.
      boot: bootIdentity,
    };
  },
  optional: ['archive', 'versions'],

  check: ({ archive, versions }) =>
    archive !== undefined && versions !== undefined ? satisfied : needed('save, copy to the operator'),

  apply: (_seen, { run }, on) => {
    const kept = `${nodeDirectory}/${run}/backup-node`;
    const folder = gatheredIn(on.cluster, run);
    return [
      { do: 'exec', on: on.node, command: saveCommand(kept) },
      { do: 'fetch', on: on.node, path: `${kept}.tar`, artifact: `${folder}/${nodeArchive(on.node)}` },
      { do: 'fetch', on: on.node, path: `${kept}.txt`, artifact: `${folder}/${nodeVersions(on.node)}` },
      { do: 'exec', on: on.node, command: removeFiles(`${kept}.tar`, `${kept}.txt`) },
    ];
  },
  expect: () => {
    const expected = { path: '', bytes: 1, sha256: '' };
    return { archive: expected, versions: expected };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A snapshot of etcd without the authorities’ keys is of no use: no kubelet and no component would be trusted.',
    source: 'kubernetes.io, PKI certificates and requirements; kubeadm, implementation details',
    type: [
      'tar --numeric-owner --exclude=etc/kubernetes/tmp -cf node.tar -C / etc/kubernetes var/lib/kubelet/config.yaml …',
    ],
  },
});
