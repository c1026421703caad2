import { workers } from '../model/cluster.ts';
import type { Lack } from '../model/disaster.ts';
import { recoveryTime } from './expected.ts';
import { listed } from './listed.ts';
import type { DisasterSight, Foreseen } from './sight.ts';
import { withoutNode, type LostNode } from './without-node.ts';

const impactOf = ({ node, pods, homeless, lone, stateful, claims }: LostNode): readonly string[] => [
  `${node}: ${pods === 0 ? 'no pods to start elsewhere' : `${pods} ${pods === 1 ? 'pod has' : 'pods have'} to be started elsewhere`}`,
  ...homeless.map(({ pod, why }) => `${node}: ${pod} finds no node (${why})`),
  ...(lone.length === 0 ? [] : [`${node}: gone for good, nothing starts them again: ${listed(lone)}`]),
  ...(stateful.length === 0
    ? []
    : [`${node}: of StatefulSets, and started elsewhere only once the Node object is gone: ${listed(stateful)}`]),
  ...(claims.length === 0 ? [] : [`${node}: on its own disks, and lost with it: ${listed(claims)}`]),
];

const lacksOf = ({ node, homeless, lone, claims }: LostNode, uncovered: ReadonlySet<string> | 'unknown') => {
  const lost = claims.filter((claim) => uncovered === 'unknown' || uncovered.has(claim));
  return [
    ...(homeless.length === 0
      ? []
      : [
          {
            grave: false,
            what: `without ${node} there is no place for ${listed(homeless.map(({ pod }) => pod))}`,
            fix: 'one worker more (nodeops node add), or smaller requests',
          },
        ]),
    ...(lone.length === 0
      ? []
      : [
          {
            grave: true,
            what: `nothing starts ${listed(lone)} again`,
            fix: 'let a Deployment or a StatefulSet run them',
          },
        ]),
    ...(lost.length === 0
      ? []
      : [
          {
            grave: true,
            what: `on the disks of ${node}, and in no backup${uncovered === 'unknown' ? ' that this machine knows of' : ''}: ${listed(lost)}`,
            fix: 'a hook in `backup: { application: … }` that saves them: docs/backup.md',
          },
        ]),
  ] satisfies readonly Lack[];
};

/** A worker whose machine does not come back. */
export const workerLost = (sight: DisasterSight): Foreseen => {
  const { cluster, seen, selection, backups } = sight;
  const names = workers(cluster).map(({ name }) => name);
  const [first = 'WORKER'] = names;
  const lost = seen === undefined ? [] : names.map((name) => withoutNode(seen, name));
  const uncovered = backups[0]?.notCovered;
  const noWorker: readonly Lack[] = [
    { grave: false, what: 'there is no worker', fix: 'where pods are to outlive a machine: nodeops node add' },
  ];
  return {
    title: 'The machine of a worker is lost',
    impact: [
      // Source: kubernetes.io, Nodes, "Condition" and Taints and Tolerations, "Taint based Evictions": 300 s, after some 50 s of silence.
      'its pods are away for some 6 minutes, until the cluster has given it up: 50 s of silence, and 5 minutes that pods tolerate it',
      ...lost.flatMap(impactOf),
    ],
    steps: [
      {
        type: `nodeops diagnose ${first} ${selection}`,
        why: 'A machine that is only silent may still run its pods, and write to their volumes: switch it off for certain',
      },
      {
        type: `nodeops node remove ${first} --gone ${selection}`,
        why: 'Its Node object goes, so that pods of StatefulSets are started elsewhere; nothing is asked of the machine',
      },
      {
        type: `nodeops node replace ${first} ${selection}`,
        why: 'Instead of that, where a bare machine of the same name is at hand: it joins in the place of the lost one',
      },
      { type: `nodeops verify ${selection}`, why: 'Nothing is left of it' },
    ],
    missing:
      names.length === 0
        ? noWorker
        : lost.flatMap((one) => lacksOf(one, uncovered === undefined ? 'unknown' : new Set(uncovered))),
    recovery: recoveryTime(sight, ['node-forget', 'node-add'], 'with a bare machine at hand'),
    loss: { ms: 0, how: 'nothing of the cluster: etcd is elsewhere; what lay on its own disks is gone' },
  };
};
