import { z } from 'zod';
import { nodes } from '../facts/nodes.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** The inventory names every node of the cluster, each in its role, and no others. */
export const inventoryMatches = defineStep({
  id: 'inventory-matches',
  subject: 'cluster',
  title: () => 'the inventory names the nodes of the cluster',
  with: z.strictObject({ controlPlaneNames: z.array(z.string()), workerNames: z.array(z.string()) }),
  detect: (_wish, _on: ClusterSubject) => ({ nodes }),

  check: ({ nodes: all }, { controlPlaneNames, workerNames }, on) => {
    const listed = [...controlPlaneNames, ...workerNames];
    const absent = listed.filter((name) => !all.some((node) => node.name === name));
    const unlisted = all.filter(({ name }) => !listed.includes(name)).map(({ name }) => name);
    const misplaced = all.filter(
      ({ name, controlPlane }) => listed.includes(name) && controlPlane !== controlPlaneNames.includes(name),
    );
    const problems = [
      ...(absent.length === 0 ? [] : [`not in the cluster: ${absent.join(', ')}`]),
      ...(unlisted.length === 0 ? [] : [`not in the inventory: ${unlisted.join(', ')}`]),
      ...misplaced.map(
        ({ name, controlPlane }) => `${name} is a ${controlPlane ? 'control plane' : 'worker'} in the cluster`,
      ),
    ];
    return problems.length === 0
      ? satisfied
      : blocked(
          `the inventory of ${on.cluster} and the cluster differ: ${problems.join('; ')}`,
          'compare `kubectl get nodes` with `nodes:` in the inventory; names are those of the Node objects',
        );
  },

  waivable: true,
  explain: {
    why: 'A node that the inventory does not know stays behind, and soon is too old for its API server.',
    source: 'kubernetes.io, Version skew policy',
    type: ['kubectl get nodes'],
  },
});
