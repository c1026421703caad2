import { z } from 'zod';
import { deleteNodes } from '../commands/recovery.ts';
import { nodes as nodesFact, type NodeObject } from '../facts/nodes.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const namesIn = (gone: string): readonly string[] => gone.split(',').filter((name) => name !== '');
const stillThere = (nodes: readonly NodeObject[], gone: string): readonly string[] =>
  namesIn(gone).filter((name) => nodes.some((node) => node.name === name));

/** Node objects of machines that are gone: their pods are then given to others. */
export const removeGoneNodes = defineStep({
  id: 'remove-gone-nodes',
  subject: 'cluster',
  title: ({ gone }) => `remove the node objects of machines that are gone: ${namesIn(gone).join(', ') || 'none'}`,
  with: z.strictObject({
    /** By name, with commas. */
    gone: z.string(),
  }),
  detect: (_wish, _on: ClusterSubject) => ({ nodes: nodesFact }),

  check: ({ nodes }, { gone }) => {
    const names = stillThere(nodes, gone);
    return names.length === 0 ? satisfied : needed(...names.map((name) => `delete node ${name}`));
  },
  apply: ({ nodes }, { gone }, _on, place) => [
    { do: 'exec', on: place.node, command: deleteNodes(place, stillThere(nodes, gone)) },
  ],
  expect: ({ nodes }, { gone }) => ({ nodes: nodes.filter(({ name }) => !namesIn(gone).includes(name)) }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'As long as it has a Node object, a StatefulSet’s pod on a machine that is gone is not started elsewhere.',
    source: 'kubernetes.io, Nodes, "Node heartbeats"; Pod garbage collection',
    type: ['kubectl delete node OLD'],
  },
});
