import { z } from 'zod';
import { drain, patchNode } from '../commands/kubectl.ts';
import { cordonedByPath, isOut, nodes } from '../facts/nodes.ts';
import { podsOnNode } from '../facts/pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, pending, satisfied, type Verdict } from '../model/verdict.ts';
import { evictable, nowhereToGo, podName, refusalsOf } from '../drain/evictable-pods.ts';
import { drainModes, isSpared } from '../drain/mode.ts';
import { defineStep } from './step.ts';
import { beyondBudget } from './unavailable-workers.ts';
import { unknownNode } from './unknown-node.ts';

/** One patch: cordoned and marked as ours, or nothing at all when someone else was quicker (RFC 6902, `test`). */
const cordon = (run: string): readonly object[] => [
  { op: 'test', path: '/spec/unschedulable', value: null },
  { op: 'add', path: '/spec/unschedulable', value: true },
  { op: 'add', path: cordonedByPath, value: run },
];

/**
 * Ready is Unknown once the node controller has not heard of a kubelet for 40 s (kubernetes.io, Nodes, "Heartbeats"). Only
 * that kubelet ends pods and says that they are gone: a drain would wait for them until its time is over.
 */
const unheard = (node: string): Verdict =>
  pending(
    `the kubelet of ${node} to report again (Ready is Unknown): pods that are evicted end only then; it does not run, or does not reach its API server`,
    `see on ${node}: systemctl status kubelet; journalctl -u kubelet; grep server: /etc/kubernetes/kubelet.conf`,
  );

/** Cordons in the run's name, then evicts; never `--force`, so that no pod is lost that nothing would bring back. */
export const drainNode = defineStep({
  id: 'drain-node',
  subject: 'node',
  title: () => 'drain',
  with: z.strictObject({
    run: z.string(),
    drainTimeoutMs: z.number(),
    deleteEmptyDirData: z.boolean(),
    workerNames: z.array(z.string()),
    maxUnavailable: z.number(),
    /** Missing: always. */
    drain: z.enum(drainModes).optional(),
    /** It leaves the cluster, and may have left. */
    leaves: z.boolean().optional(),
    /** To which the kubelet goes; missing where it is not about that. */
    version: z.string().optional(),
    /** Its host's packages are upgraded as well. */
    osPatch: z.boolean().optional(),
    /** What is done leaves its pods alone. */
    inPlace: z.boolean().optional(),
  }),
  detect: (_wish, on: NodeSubject) => ({ nodes, pods: podsOnNode(on.node) }),

  check: ({ nodes: all, pods }, wish, on) => {
    const node = all.find(({ name }) => name === on.node);
    if (node === undefined) return wish.leaves === true ? satisfied : unknownNode(on.node);
    if (isSpared(node, all, { ...wish, mode: wish.drain })) return satisfied;
    const leaving = evictable(pods);
    if (node.unschedulable && leaving.length === 0) return satisfied;
    const others = all.filter(({ name }) => name !== on.node);
    const nowhere = nowhereToGo(on.node, others);
    if (nowhere !== undefined) return blocked(nowhere.because, nowhere.fix);
    const noRoom = on.role === 'worker' && !isOut(node) ? beyondBudget(others, wish) : undefined;
    if (noRoom !== undefined) return noRoom;
    const [refusal] = refusalsOf(pods, wish);
    if (refusal !== undefined) return blocked(refusal.because, refusal.fix);
    if (node.ready === 'Unknown' && leaving.length > 0) return unheard(on.node);
    return needed(
      ...(node.unschedulable ? [] : ['cordon']),
      ...(leaving.length === 0
        ? []
        : [`evict ${leaving.length} ${leaving.length === 1 ? 'pod' : 'pods'}: ${leaving.map(podName).join(', ')}`]),
    );
  },

  apply: ({ nodes: all, pods }, { run, drainTimeoutMs, deleteEmptyDirData }, on, api) => {
    const cordoned = all.find(({ name }) => name === on.node)?.unschedulable ?? false;
    return [
      ...(cordoned ? [] : [{ do: 'exec', on: api.node, command: patchNode(api, on.node, cordon(run)) } as const]),
      ...(evictable(pods).length === 0
        ? []
        : [
            {
              do: 'exec',
              on: api.node,
              command: drain(api, on.node, { timeoutMs: drainTimeoutMs, deleteEmptyDirData }),
            } as const,
          ]),
    ];
  },

  expect: ({ nodes: all, pods }, { run }, on) => ({
    nodes: all.map((node) =>
      node.name === on.node && !node.unschedulable ? { ...node, unschedulable: true, cordonedBy: run } : node,
    ),
    pods: pods.filter((pod) => !evictable([pod]).includes(pod)),
  }),

  inTurn: ({ nodes: all }, _wish, on) =>
    on.role === 'worker' && all.some((node) => node.name === on.node && !node.unschedulable),
  // Pods come and go, and those of another drained node come here; which may go is judged by check each time.
  incidental: (change) => change.startsWith('evict '),
  ownTime: true,
  explain: {
    why: 'A kubelet of another minor is started only on a node without workload; budgets (PodDisruptionBudget) are respected.',
    source:
      'kubernetes.io, Safely drain a node; Upgrading kubeadm clusters, "Drain the node" (after apply or node since 1.19)',
    type: ['kubectl drain NODE --ignore-daemonsets'],
  },
});
