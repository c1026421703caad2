import { z } from 'zod';
import {
  forgetJoin,
  joinHost,
  joiningTaints,
  madeJoin,
  makeJoin,
  noteForgotten,
  stagedJoin,
  type Joining,
} from '../commands/kubeadm-join.ts';
import { quietHalfJoined } from '../commands/half-joined.ts';
import { hostRecord } from '../commands/new-host.ts';
import type { Action } from '../model/action.ts';
import { kubeletUnit, type KubeletUnit } from '../facts/kubelet-unit.ts';
import { isMarked, markedAs, newHost, type NewHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed } from '../model/verdict.ts';
import { judgeFirstKubelet, runningKubelet } from './first-kubelet.ts';
import { defineStep } from './step.ts';
import { taintParameter } from './taint-parameter.ts';

const parameters = z.strictObject({
  /** The control plane that says how to join; the first of the inventory where it is missing. */
  joinedThrough: z.string().optional(),
  controlPlaneNames: z.array(z.string()).min(1),
  workerNames: z.array(z.string()),
  nodeAddress: z.string().optional(),
  nodeTaints: taintParameter.optional(),
});

const joiningOf = (wish: z.output<typeof parameters>, { node, role, kubeadm, cluster }: NodeSubject): Joining => ({
  directory: hostRecord(cluster),
  node,
  role,
  kubeadm,
  authorities: 'cluster',
  address: wish.nodeAddress,
  taints: joiningTaints(role, { taints: wish.nodeTaints, schedulable: wish.workerNames.length === 0 }),
});

/** kubeadm has come as far as to its kubelet, which may be a node by itself by now. */
const hasKubelet = (host: NewHost, { cluster }: NodeSubject): boolean =>
  isMarked(host, cluster, 'host') && host.remains.includes('/etc/kubernetes/kubelet.conf');

/**
 * A worker whose kubelet has a certificate of its own, and runs, has joined, whatever became of the command. Nothing new is
 * made for it: its Node object is Ready, and would be taken for that of another machine.
 */
const isNode = (host: NewHost, unit: KubeletUnit | undefined, on: NodeSubject): boolean =>
  on.role === 'worker' && hasKubelet(host, on) && unit?.active === true;

/**
 * A host becomes a node of the cluster. Its token lives for a quarter of an hour, and the authorities' keys of a new
 * control plane are encrypted with a key of this join alone; both travel as a file for root only.
 */
export const joinNode = defineStep({
  id: 'join-node',
  subject: 'node',
  title: () => 'join the cluster',
  with: parameters,
  detect: (_wish, _on: NodeSubject) => ({ host: newHost, unit: kubeletUnit }),
  // Its package may not be there yet.
  optional: ['unit'],

  check: ({ host, unit }, _wish, on) => {
    const { cluster, node, role } = on;
    if (!isMarked(host, cluster, 'joined'))
      return needed(
        isNode(host, unit, on)
          ? 'note that it has joined'
          : `kubeadm join${role === 'control-plane' ? ' as a control plane' : ''}`,
      );
    // A node that has joined is one whatever became of its token.
    if (!isMarked(host, cluster, 'forgotten')) return needed('delete what it joined with');
    return judgeFirstKubelet(unit, node);
  },
  apply: ({ host, unit }, wish, on) => {
    const { controlPlaneNames, joinedThrough = controlPlaneNames[0] ?? '' } = wish;
    const joining = joiningOf(wish, on);
    const { directory, node } = joining;
    const artifact = `${on.cluster}/joins/${node}.yaml`;
    const forgetting: readonly Action[] = [
      { do: 'exec', on: joinedThrough, command: forgetJoin(directory, node) },
      { do: 'exec', on: node, command: noteForgotten(directory) },
    ];
    if (isMarked(host, on.cluster, 'joined')) return forgetting;
    if (isNode(host, unit, on)) return [{ do: 'exec', on: node, command: joinHost(joining) }, ...forgetting];
    const quiet: readonly Action[] = hasKubelet(host, on)
      ? [{ do: 'exec', on: node, command: quietHalfJoined(node) }]
      : [];
    return [
      ...(on.role === 'control-plane' ? quiet : []),
      { do: 'exec', on: joinedThrough, command: makeJoin(joining) },
      { do: 'fetch', on: joinedThrough, path: madeJoin(directory, node), artifact },
      { do: 'send', on: node, path: stagedJoin(directory), artifact, once: true },
      { do: 'exec', on: node, command: joinHost(joining) },
      ...forgetting,
    ];
  },
  expect: ({ host }, _wish, { cluster }) => ({
    host: markedAs(markedAs(host, cluster, 'joined'), cluster, 'forgotten'),
    unit: runningKubelet,
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A host becomes a node by asking for its own certificate, with a token that only the cluster could have made.',
    source: 'kubernetes.io, kubeadm join; Creating Highly Available Clusters with kubeadm',
    type: [
      'kubeadm token create --ttl 15m --print-join-command',
      'kubeadm init phase upload-certs --upload-certs',
      'kubeadm join … [--control-plane --certificate-key …]',
    ],
  },
});
