import { z } from 'zod';
import { etcdToSave } from '../facts/etcd-here.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { snapshotActions, snapshotByHand, snapshotExpected, snapshotFacts } from './off-node-snapshot.ts';
import { defineStep } from './step.ts';
import { manifestsMissing } from './upgrade-evidence.ts';

/** The name, without ending, of a run's snapshot before it goes to a version. */
export const snapshotName = (cluster: string, run: string, version: string): string =>
  `${cluster}/${run}/etcd-before-${version}`;

/** Which of the two the API servers use is not guessed. */
const ownEtcd = (node: string, hosts: readonly string[]) =>
  blocked(
    `${node} runs an etcd of its own, and the inventory has hosts for etcd: ${hosts.join(', ')}`,
    'see which one the API servers use (--etcd-servers), and correct the inventory or take the left-over etcd.yaml away',
  );

/**
 * Before the first write to a control plane an etcd snapshot of this run lies, verified, on the operator's side.
 * It is taken of the node's own etcd, for which neither its API server nor its kubelet has to run, or on a host of etcd's
 * own; its name holds the run.
 */
export const snapshotEtcd = defineStep({
  id: 'snapshot-etcd',
  subject: 'node',
  title: () => 'etcd snapshot, verified and copied off the node',
  with: z.strictObject({ run: z.string(), version: z.string(), etcdHosts: z.array(z.string()).optional() }),
  detect: ({ run, version, etcdHosts }, on: NodeSubject) => ({
    pods: staticPods,
    // Says which host can give one.
    ...(etcdHosts === undefined ? {} : { etcd: etcdToSave }),
    ...snapshotFacts(snapshotName(on.cluster, run, version)),
  }),
  optional: ['snapshot', 'status'],

  check: ({ pods, snapshot, status }, { etcdHosts }, on) => {
    if (snapshot !== undefined && status !== undefined) return satisfied;
    if (etcdHosts !== undefined)
      return pods.components['etcd'] === undefined
        ? needed('save, verify, copy to the operator')
        : ownEtcd(on.node, etcdHosts);
    const isStacked = pods.components['etcd'] !== undefined || pods.etcdServers !== undefined;
    const missing = pods.etcd === undefined && isStacked ? manifestsMissing(pods, on.node) : undefined;
    if (missing !== undefined) return missing;
    if (pods.etcd === undefined)
      return blocked(
        `${on.node} runs no etcd as a static pod, and the inventory has no host for etcd`,
        'name the hosts of external etcd in the inventory (`role: etcd`); docs/etcd.md, "External etcd"',
      );
    return needed('save, verify, copy to the operator');
  },

  apply: (_seen, { run, version, etcdHosts }, on, { node }) =>
    snapshotActions(etcdHosts === undefined ? on.node : node, run, snapshotName(on.cluster, run, version)),
  expect: snapshotExpected,

  limits: () => ({ attempts: 2 }),
  explain: {
    why: "The last way back: kubeadm's own copy of etcd's live directory is not a snapshot, and lies on the node that may be lost.",
    ...snapshotByHand,
  },
});
