import { z } from 'zod';
import { patchNode } from '../commands/kubectl.ts';
import { keptOutNodes, keptOutPath } from '../facts/kept-out-nodes.ts';
import { cordonedByPath, isOut, nodes, type NodeObject } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { beyondBudget } from './unavailable-workers.ts';
import { unknownNode } from './unknown-node.ts';

/** One patch: cordoned and marked, or nothing at all where somebody was quicker (RFC 6902, `test`). */
const keepOut = ({ unschedulable, cordonedBy }: NodeObject, run: string): readonly object[] => [
  { op: 'test', path: '/spec/unschedulable', value: unschedulable ? true : null },
  ...(unschedulable ? [] : [{ op: 'add', path: '/spec/unschedulable', value: true }]),
  ...(cordonedBy === undefined
    ? []
    : [
        { op: 'test', path: cordonedByPath, value: cordonedBy },
        { op: 'remove', path: cordonedByPath },
      ]),
  { op: 'add', path: keptOutPath, value: run },
];

/**
 * Cordons a node until an operator gives it back: it carries another mark than the cordons of runs, which no run takes
 * off. One that somebody else cordoned stays theirs.
 */
export const keepNodeOut = defineStep({
  id: 'keep-node-out',
  subject: 'node',
  title: () => 'cordon, until it is given back',
  with: z.strictObject({
    run: z.string(),
    workerNames: z.array(z.string()),
    maxUnavailable: z.number(),
    /** What runs there is to go as well: then it counts as out. */
    drains: z.boolean().optional(),
    /** It leaves the cluster, and may have left. */
    leaves: z.boolean().optional(),
  }),
  detect: (_wish, _on: NodeSubject) => ({ nodes, kept: keptOutNodes }),

  check: ({ nodes: all, kept }, wish, on) => {
    const node = all.find(({ name }) => name === on.node);
    if (node === undefined) return wish.leaves === true ? satisfied : unknownNode(on.node);
    if (node.unschedulable && (kept[on.node] !== undefined || node.cordonedBy === undefined)) return satisfied;
    const others = all.filter(({ name }) => name !== on.node);
    const noRoom =
      wish.drains === true && on.role === 'worker' && !isOut(node) ? beyondBudget(others, wish) : undefined;
    // Nothing here comes back by itself.
    if (noRoom?.kind === 'pending') return blocked(`not yet: ${noRoom.waitingFor}`, noRoom.fix ?? '');
    if (noRoom !== undefined) return noRoom;
    return needed(
      node.cordonedBy === undefined ? 'cordon' : `keep it out, which run ${node.cordonedBy} would have given back`,
    );
  },

  apply: ({ nodes: all }, { run }, on, api) =>
    all
      .filter(({ name }) => name === on.node)
      .map((node) => ({ do: 'exec', on: api.node, command: patchNode(api, on.node, keepOut(node, run)) })),

  expect: ({ nodes: all, kept }, { run }, on) => ({
    nodes: all.map((node) => {
      if (node.name !== on.node) return node;
      const { cordonedBy: _gone, ...rest } = node;
      return { ...rest, unschedulable: true };
    }),
    kept: { ...kept, [on.node]: run },
  }),

  inTurn: ({ nodes: all }, { drains }, on) =>
    drains === true && on.role === 'worker' && all.some((node) => node.name === on.node && !node.unschedulable),
  explain: {
    why: 'A node that is taken out for longer must not come back with the next run that has something to do there.',
    source: 'kubernetes.io, Safely Drain a Node; kubectl cordon --help',
    type: ['kubectl cordon NODE'],
  },
});
