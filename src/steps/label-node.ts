import { z } from 'zod';
import { labelNode as label } from '../commands/kubectl.ts';
import { nodeLabels } from '../facts/node-labels.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** The labels that the inventory gives a node; others that it has stay. */
export const labelNode = defineStep({
  id: 'label-node',
  subject: 'node',
  title: () => 'labels',
  with: z.strictObject({ nodeLabels: z.record(z.string(), z.string()).optional() }),
  // Where there is nothing to give, nothing is asked.
  detect: ({ nodeLabels: wanted = {} }, _on: NodeSubject) =>
    Object.keys(wanted).length === 0 ? {} : { labels: nodeLabels },

  check: ({ labels }, { nodeLabels: wanted = {} }, { node }) => {
    if (labels === undefined) return satisfied;
    const { [node]: has } = labels;
    if (has === undefined) return pending(`${node} to register`, `see why: journalctl -u kubelet on ${node}`);
    const lacking = Object.entries(wanted).filter(([key, value]) => has[key] !== value);
    return lacking.length === 0 ? satisfied : needed(...lacking.map(([key, value]) => `${key}=${value}`));
  },
  apply: (_seen, { nodeLabels: wanted = {} }, { node }, place) => [
    { do: 'exec', on: place.node, command: label(place, node, wanted) },
  ],
  expect: ({ labels }, { nodeLabels: wanted = {} }, { node }) => ({
    labels: { ...labels, [node]: { ...labels?.[node], ...wanted } },
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'Workloads choose their nodes by labels.',
    source: 'kubernetes.io, Assign Pods to Nodes',
    type: ['kubectl label node NODE disk=ssd'],
  },
});
