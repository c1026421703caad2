import { z } from 'zod';
import { patchNode } from '../commands/kubectl.ts';
import { keptOutNodes, keptOutPath } from '../facts/kept-out-nodes.ts';
import { nodes } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { unknownNode } from './unknown-node.ts';

/** Ends what `keep-node-out` began. A cordon of somebody else, or of a run that is not over, is theirs to end. */
export const giveBackNode = defineStep({
  id: 'give-back-node',
  subject: 'node',
  title: () => 'uncordon',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ nodes, kept: keptOutNodes }),

  check: ({ nodes: all, kept }, _wish, on) => {
    const node = all.find(({ name }) => name === on.node);
    if (node === undefined) return unknownNode(on.node);
    const by = kept[on.node];
    if (by !== undefined)
      return needed(
        node.unschedulable ? 'uncordon' : `take off the mark of run ${by}: someone has uncordoned the node`,
      );
    if (!node.unschedulable) return satisfied;
    return node.cordonedBy === undefined
      ? blocked(
          `${on.node} was cordoned by somebody else: it carries no mark of nodeops`,
          `find out who needs it out; then: kubectl uncordon ${on.node}`,
        )
      : blocked(
          `${on.node} was cordoned by the run ${node.cordonedBy}, which has not ended there`,
          `go on with it: nodeops resume ${node.cordonedBy}`,
        );
  },

  apply: ({ nodes: all, kept }, _wish, on, api) => {
    const operations = [
      { op: 'test', path: keptOutPath, value: kept[on.node] },
      { op: 'remove', path: keptOutPath },
      ...(all.some(({ name, unschedulable }) => name === on.node && unschedulable)
        ? [{ op: 'remove', path: '/spec/unschedulable' }]
        : []),
    ];
    return [{ do: 'exec', on: api.node, command: patchNode(api, on.node, operations) }];
  },
  expect: ({ nodes: all, kept }, _wish, on) => ({
    nodes: all.map((node) => (node.name === on.node ? { ...node, unschedulable: false } : node)),
    kept: Object.fromEntries(Object.entries(kept).filter(([name]) => name !== on.node)),
  }),

  explain: {
    why: 'Only who took a node out knows when it may come back.',
    source: 'kubernetes.io, Safely Drain a Node; kubectl uncordon --help',
    type: ['kubectl uncordon NODE'],
  },
});
