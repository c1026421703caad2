import { z } from 'zod';
import { removeSnapshot, takeSnapshot } from '../commands/etcd-snapshot.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { keptArtifact } from '../facts/kept-artifact.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { manifestsMissing } from './upgrade-evidence.ts';

/** The name, without ending, of a run's snapshot before it goes to a version. */
export const snapshotName = (cluster: string, run: string, version: string): string =>
  `${cluster}/${run}/etcd-before-${version}`;

/**
 * Before the first write to a control plane an etcd snapshot of this run lies, verified, on the operator's side.
 * It is taken of the node's own etcd, for which neither its API server nor its kubelet has to run; its name holds the
 * run.
 */
export const snapshotEtcd = defineStep({
  id: 'snapshot-etcd',
  subject: 'node',
  title: () => 'etcd snapshot, verified and copied off the node',
  with: z.strictObject({ run: z.string(), version: z.string() }),
  detect: ({ run, version }, on: NodeSubject) => ({
    pods: staticPods,
    snapshot: keptArtifact(`${snapshotName(on.cluster, run, version)}.db`),
    status: keptArtifact(`${snapshotName(on.cluster, run, version)}.json`),
  }),
  optional: ['snapshot', 'status'],

  check: ({ pods, snapshot, status }, _wish, on) => {
    if (snapshot !== undefined && status !== undefined) return satisfied;
    const isStacked = pods.components['etcd'] !== undefined || pods.etcdServers !== undefined;
    const missing = pods.etcd === undefined && isStacked ? manifestsMissing(pods, on.node) : undefined;
    if (missing !== undefined) return missing;
    if (pods.etcd === undefined)
      return blocked(
        `${on.node} runs no etcd as a static pod: external etcd is not supported yet`,
        'take a snapshot with etcdctl on an etcd host; nodeops cannot upgrade this cluster',
      );
    return needed('save, verify, copy to the operator');
  },

  apply: (_seen, { run, version }, on) => {
    const kept = `${nodeDirectory}/${run}/etcd-before-${version}`;
    const name = snapshotName(on.cluster, run, version);
    return [
      { do: 'exec', on: on.node, command: takeSnapshot(kept) },
      { do: 'fetch', on: on.node, path: `${kept}.db`, artifact: `${name}.db` },
      { do: 'fetch', on: on.node, path: `${kept}.json`, artifact: `${name}.json` },
      { do: 'exec', on: on.node, command: removeSnapshot(kept) },
    ];
  },
  expect: () => {
    const expected = { path: '', bytes: 1, sha256: '' };
    return { snapshot: expected, status: expected };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: "The last way back: kubeadm's own copy of etcd's live directory is not a snapshot, and lies on the node that may be lost.",
    source: 'etcd.io, Disaster recovery, "Snapshotting the keyspace"; kubernetes.io, Operating etcd clusters',
    type: [
      'cd /proc/$(pgrep -x etcd)/root/usr/local/bin',
      './etcdctl … snapshot save /root/x.db',
      './etcdutl snapshot status /root/x.db -w json',
      'scp it off the node and delete it there',
    ],
  },
});
