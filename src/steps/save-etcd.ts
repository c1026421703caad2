import { z } from 'zod';
import { removeSnapshot, takeSnapshot } from '../commands/etcd-snapshot.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { etcdToSave } from '../facts/etcd-here.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** The name, without ending, of the snapshot that a run was made for. */
export const savedName = (cluster: string, run: string): string => `${cluster}/${run}/etcd-snapshot`;

/** A snapshot of etcd for its own sake, of the first member that can give one: with quorum or without. */
export const saveEtcd = defineStep({
  id: 'save-etcd',
  subject: 'cluster',
  title: () => 'etcd snapshot, verified and copied off the node',
  with: z.strictObject({ run: z.string() }),
  detect: ({ run }, on: ClusterSubject) => ({
    etcd: etcdToSave,
    snapshot: keptArtifact(`${savedName(on.cluster, run)}.db`),
    status: keptArtifact(`${savedName(on.cluster, run)}.json`),
  }),
  optional: ['snapshot', 'status'],

  check: ({ snapshot, status }) =>
    snapshot !== undefined && status !== undefined ? satisfied : needed('save, verify, copy to the operator'),

  apply: (_seen, { run }, on, { node }) => {
    const kept = `${nodeDirectory}/${run}/etcd-snapshot`;
    const name = savedName(on.cluster, run);
    return [
      { do: 'exec', on: node, command: takeSnapshot(kept) },
      { do: 'fetch', on: node, path: `${kept}.db`, artifact: `${name}.db` },
      { do: 'fetch', on: node, path: `${kept}.json`, artifact: `${name}.json` },
      { do: 'exec', on: node, command: removeSnapshot(kept) },
    ];
  },
  expect: () => {
    const expected = { path: '', bytes: 1, sha256: '' };
    return { snapshot: expected, status: expected };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A snapshot is the way back when all members are lost; one that was never verified is a hope.',
    source: 'etcd.io, Disaster recovery, "Snapshotting the keyspace"; kubernetes.io, Operating etcd clusters',
    type: [
      'cd /proc/$(pgrep -x etcd)/root/usr/local/bin',
      './etcdctl … snapshot save /root/x.db',
      './etcdutl snapshot status /root/x.db -w json',
      'scp it off the node and delete it there',
    ],
  },
});
