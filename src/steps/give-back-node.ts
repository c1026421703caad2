import { z } from 'zod';
import { patchNode } from '../commands/kubectl.ts';
import { keptOutNodes, keptOutPath } from '../facts/kept-out-nodes.ts';
import { cordonedByPath, nodes } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { unknownNode } from './unknown-node.ts';

/** One patch: whoever changed the mark in between makes the API server refuse all of it. */
const takeOff = (path: string, mark: string | undefined): readonly object[] =>
  mark === undefined
    ? []
    : [
        { op: 'test', path, value: mark },
        { op: 'remove', path },
      ];

/**
 * Ends what `keep-node-out` began, and takes a run's mark off a node that somebody uncordoned. A cordon of somebody else,
 * or of a run that is not over, is theirs to end.
 */
export const giveBackNode = defineStep({
  id: 'give-back-node',
  subject: 'node',
  title: () => 'uncordon',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ nodes, kept: keptOutNodes }),

  check: ({ nodes: all, kept: marks }, _wish, on) => {
    const node = all.find(({ name }) => name === on.node);
    if (node === undefined) return unknownNode(on.node);
    const kept = marks[on.node];
    const by = kept ?? (node.unschedulable ? undefined : node.cordonedBy);
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
    const node = all.find(({ name }) => name === on.node);
    const operations = [
      ...takeOff(keptOutPath, kept[on.node]),
      // Kept out by an operator, or uncordoned by somebody: no run goes by its mark any more.
      ...takeOff(cordonedByPath, node?.cordonedBy),
      ...(node?.unschedulable === true ? [{ op: 'remove', path: '/spec/unschedulable' }] : []),
    ];
    return [{ do: 'exec', on: api.node, command: patchNode(api, on.node, operations) }];
  },
  expect: ({ nodes: all, kept }, _wish, on) => ({
    nodes: all.map((node) => {
      if (node.name !== on.node) return node;
      const { cordonedBy: _gone, ...rest } = node;
      return { ...rest, unschedulable: false };
    }),
    kept: Object.fromEntries(Object.entries(kept).filter(([name]) => name !== on.node)),
  }),

  explain: {
    why: 'Only who took a node out knows when it may come back.',
    source: 'kubernetes.io, Safely Drain a Node; kubectl uncordon --help',
    type: ['kubectl uncordon NODE'],
  },
});
