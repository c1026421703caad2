import { z } from 'zod';
import { drain, patchNode } from '../commands/kubectl.ts';
import { cordonedByPath, isOut, nodes, type NodeObject } from '../facts/nodes.ts';
import { podsOnNode } from '../facts/pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, pending, satisfied, type Verdict } from '../model/verdict.ts';
import { evictable, nowhereToGo, podName, refusalsOf } from '../drain/evictable-pods.ts';
import { drainModes, isSpared } from '../drain/mode.ts';
import { defineStep } from './step.ts';

interface Budget {
  readonly run: string;
  readonly workerNames: readonly string[];
  /** How many of them may be out at the same time. */
  readonly maxUnavailable: number;
}

/** One patch: cordoned and marked as ours, or nothing at all when someone else was quicker (RFC 6902, `test`). */
const cordon = (run: string): readonly object[] => [
  { op: 'test', path: '/spec/unschedulable', value: null },
  { op: 'add', path: '/spec/unschedulable', value: true },
  { op: 'add', path: cordonedByPath, value: run },
];

const whyOut = ({ name, unschedulable, cordonedBy }: NodeObject): string =>
  `${name} (${unschedulable ? `cordoned by ${cordonedBy ?? 'somebody else'}` : 'not Ready'})`;

/** A worker that serves is not taken out beside so many that are out. One that is out already costs nobody more. */
const beyondBudget = (
  others: readonly NodeObject[],
  { run, workerNames, maxUnavailable }: Budget,
): Verdict | undefined => {
  const out = others.filter((node) => workerNames.includes(node.name) && isOut(node));
  if (out.length < maxUnavailable) return undefined;
  const who = out.map(whyOut).join(', ');
  const fix = `bring back ${out.map(({ name }) => name).join(', ')}, or allow one more to be out: \`workers: { maxUnavailable: ${maxUnavailable + 1} }\` in the inventory`;
  const what = `of ${workerNames.length} workers at most ${maxUnavailable} may be out`;
  // Others of this run come back by themselves, and a node may be not Ready for a moment.
  return out.filter(({ unschedulable, cordonedBy }) => unschedulable && cordonedBy !== run).length < maxUnavailable
    ? pending(`${who} to be back: ${what}`, fix)
    : blocked(`${who} out already: ${what}`, fix);
};

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
    /** To which the kubelet goes; missing where it is not about that. */
    version: z.string().optional(),
  }),
  detect: (_wish, on: NodeSubject) => ({ nodes, pods: podsOnNode(on.node) }),

  check: ({ nodes: all, pods }, wish, on) => {
    const node = all.find(({ name }) => name === on.node);
    if (node === undefined)
      return blocked(`the cluster has no node ${on.node}`, 'compare `kubectl get nodes` with the inventory');
    if (isSpared(node, all, { mode: wish.drain, version: wish.version })) return satisfied;
    const leaving = evictable(pods);
    if (node.unschedulable && leaving.length === 0) return satisfied;
    const others = all.filter(({ name }) => name !== on.node);
    const nowhere = nowhereToGo(on.node, others);
    if (nowhere !== undefined) return blocked(nowhere.because, nowhere.fix);
    const noRoom = on.role === 'worker' && !isOut(node) ? beyondBudget(others, wish) : undefined;
    if (noRoom !== undefined) return noRoom;
    const [refusal] = refusalsOf(pods, wish);
    if (refusal !== undefined) return blocked(refusal.because, refusal.fix);
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
