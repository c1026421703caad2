import { z } from 'zod';
import { gatheredIn } from '../backup/names.ts';
import { removeFiles } from '../commands/backup-files.ts';
import { roomForRestore, testRestore as testCommand } from '../commands/restore-test.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { etcdToSave } from '../facts/etcd-here.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What the second etcd held, on the operator's side. */
export const restoreOutcome = (cluster: string, run: string): string => `${gatheredIn(cluster, run)}/restore-test.json`;

/** A backup is restored for real, beside the running etcd and without touching it, and read back. */
export const testRestore = defineStep({
  id: 'test-restore',
  subject: 'cluster',
  title: () => 'restore into a scratch directory, read back by an etcd of its own',
  with: z.strictObject({ run: z.string(), snapshot: z.string(), bytes: z.number() }),
  detect: ({ run }, on: ClusterSubject) => ({
    etcd: etcdToSave,
    outcome: keptArtifact(restoreOutcome(on.cluster, run)),
  }),
  optional: ['outcome'],

  check: ({ outcome }) => (outcome === undefined ? needed('restore, read back, remove') : satisfied),

  apply: (_seen, { run, snapshot, bytes }, on, { node }) => {
    const kept = `${nodeDirectory}/${run}/backup-restore`;
    return [
      { do: 'exec', on: node, command: roomForRestore(bytes) },
      { do: 'send', on: node, path: `${kept}.db`, artifact: snapshot },
      { do: 'exec', on: node, command: testCommand(kept) },
      { do: 'fetch', on: node, path: `${kept}.json`, artifact: restoreOutcome(on.cluster, run) },
      { do: 'exec', on: node, command: removeFiles(`${kept}.db`, `${kept}.json`) },
    ];
  },
  expect: () => ({ outcome: { path: '', bytes: 1, sha256: '' } }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A hash says that a file is the one that was stored, not that etcd can live on it.',
    source: 'etcd.io, Disaster recovery, "Restoring a cluster"',
    type: [
      './etcdutl snapshot restore /root/x.db --data-dir /root/x.data',
      './etcd --data-dir /root/x.data --listen-client-urls unix:///root/x.client …',
      "./etcdctl --endpoints unix:///root/x.client get '' --from-key --keys-only | grep -c .",
    ],
  },
});
