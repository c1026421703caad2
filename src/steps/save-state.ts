import { z } from 'zod';
import { gatheredIn, stateFile } from '../backup/names.ts';
import { removeFiles, saveState as saveCommand } from '../commands/backup-files.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { etcdToSave } from '../facts/etcd-here.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Who the members of etcd are, which claims there are, how kubeadm is configured: what a restore has to know. */
export const saveState = defineStep({
  id: 'save-state',
  subject: 'cluster',
  title: () => 'members, claims and kubeadm’s configuration, copied off the node',
  with: z.strictObject({ run: z.string() }),
  detect: ({ run }, on: ClusterSubject) => ({
    etcd: etcdToSave,
    state: keptArtifact(`${gatheredIn(on.cluster, run)}/${stateFile}`),
  }),
  optional: ['state'],

  check: ({ state }) => (state === undefined ? needed('ask, copy to the operator') : satisfied),

  apply: (_seen, { run }, on, place) => {
    const kept = `${nodeDirectory}/${run}/backup-state`;
    return [
      { do: 'exec', on: place.node, command: saveCommand(kept, place) },
      {
        do: 'fetch',
        on: place.node,
        path: `${kept}.json`,
        artifact: `${gatheredIn(on.cluster, run)}/${stateFile}`,
      },
      { do: 'exec', on: place.node, command: removeFiles(`${kept}.json`) },
    ];
  },
  expect: () => ({ state: { path: '', bytes: 1, sha256: '' } }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A restore has to name the members as they were, and to tell which volumes come back empty.',
    source: 'etcd.io, Disaster recovery, "Restoring a cluster"',
    type: [
      './etcdctl … member list -w json',
      'kubectl get persistentvolumeclaims --all-namespaces -o json',
      'kubectl -n kube-system get configmaps kubeadm-config kubelet-config -o json',
    ],
  },
});
