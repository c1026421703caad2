import { z } from 'zod';
import { patchNode } from '../commands/kubectl.ts';
import { cordonedByPath, nodes } from '../facts/nodes.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { unknownNode } from './unknown-node.ts';

/** Gives a node back that a run of ours cordoned; one that someone else cordoned stays as it is. */
export const uncordonNode = defineStep({
  id: 'uncordon-node',
  subject: 'node',
  title: () => 'uncordon',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ nodes }),

  check: ({ nodes: all }, _wish, on) => {
    const node = all.find(({ name }) => name === on.node);
    if (node === undefined) return unknownNode(on.node);
    if (node.cordonedBy === undefined) return satisfied;
    return needed(
      node.unschedulable ? 'uncordon' : `take off the mark of run ${node.cordonedBy}: someone has uncordoned the node`,
    );
  },
  apply: ({ nodes: all }, _wish, on, api) => {
    const node = all.find(({ name }) => name === on.node);
    // One patch: whoever cordoned it in between, or took the mark off, makes the API server refuse all of it.
    const operations = [
      { op: 'test', path: cordonedByPath, value: node?.cordonedBy },
      { op: 'remove', path: cordonedByPath },
      ...(node?.unschedulable === true ? [{ op: 'remove', path: '/spec/unschedulable' }] : []),
    ];
    return [{ do: 'exec', on: api.node, command: patchNode(api, on.node, operations) }];
  },
  expect: ({ nodes: all }, _wish, on) => ({
    nodes: all.map((node) => {
      if (node.name !== on.node || node.cordonedBy === undefined) return node;
      const { cordonedBy: _gone, ...rest } = node;
      return { ...rest, unschedulable: false };
    }),
  }),

  incidental: (change) => change.startsWith('take off the mark of run '),
  // Right after a control plane's kubelet was restarted its API server may still refuse.
  limits: () => ({ attempts: 5 }),
  explain: {
    why: 'The node takes pods again, once it was verified and only when this tool had cordoned it.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Uncordon the node"',
    type: ['kubectl uncordon NODE'],
  },
});
