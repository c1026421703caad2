import { z } from 'zod';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { snapshotActions, snapshotByHand, snapshotExpected, snapshotFacts } from './off-node-snapshot.ts';
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
    ...snapshotFacts(snapshotName(on.cluster, run, version)),
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

  apply: (_seen, { run, version }, on) => snapshotActions(on.node, run, snapshotName(on.cluster, run, version)),
  expect: snapshotExpected,

  limits: () => ({ attempts: 2 }),
  explain: {
    why: "The last way back: kubeadm's own copy of etcd's live directory is not a snapshot, and lies on the node that may be lost.",
    ...snapshotByHand,
  },
});
