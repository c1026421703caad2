import { z } from 'zod';
import {
  defaultSmokeImage,
  defaultSmokePages,
  placeSmoke,
  smokeLabel,
  smokeNamespace as name,
} from '../commands/smoke.ts';
import { isOut, nodes, type NodeObject } from '../facts/nodes.ts';
import { smokeNamespace } from '../facts/smoke-namespace.ts';
import { smokeWorkload, type SmokeWorkload } from '../facts/smoke-workload.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { keepsPodsAway } from '../model/taint.ts';
import { blocked, needed, pending, satisfied, type Verdict } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const takesPods = (node: NodeObject): boolean => !isOut(node) && !node.taints.some(keepsPodsAway);

const namesOfTakers = (all: readonly NodeObject[]): readonly string[] => all.filter(takesPods).map((node) => node.name);

const rollout = ({ deployment, serviceIp, pods }: SmokeWorkload): Verdict => {
  if (deployment === undefined || serviceIp === undefined)
    return pending(`the objects in namespace ${name} to be there`);
  const unready = pods.filter((pod) => !pod.ready || pod.ip === undefined);
  if (deployment.rolledOut && unready.length === 0 && pods.length === deployment.desired) return satisfied;
  const which = unready.map(({ name: pod, node, troubles }) => {
    const where = node === undefined ? pod : `${pod} on ${node}`;
    return troubles.length === 0 ? where : `${where} (${troubles.join('; ')})`;
  });
  const ready = `${pods.length - unready.length} of ${deployment.desired} pods are ready`;
  return pending([`the workload to be ready: ${ready}`, ...deployment.troubles, ...which].join('; '));
};

/** Puts a small web server onto every node that takes pods, with a Service before them, and waits until all are ready. */
export const placeSmokeWorkload = defineStep({
  id: 'place-smoke-workload',
  subject: 'cluster',
  title: () => `a web server on every node that takes pods (namespace ${name})`,
  with: z.strictObject({
    run: z.string(),
    image: z.string().optional(),
    port: z.int().min(1).max(65_535).optional(),
    /** The folder from which the image serves its pages. */
    pages: z.string().optional(),
    /** Words with blanks between them. */
    args: z.string().optional(),
  }),
  detect: (_wish, _on: ClusterSubject) => ({ namespace: smokeNamespace, workload: smokeWorkload, nodes }),

  check: ({ namespace, workload, nodes: all }, { image = defaultSmokeImage }) => {
    if (namespace.there && !namespace.ours)
      return blocked(
        `there is a namespace ${name} that nodeops did not make: it has no label ${smokeLabel.key}`,
        `see whose it is: kubectl get all --namespace=${name}; the smoke test needs the name for itself`,
      );
    if (namespace.there && namespace.terminating) return pending(`namespace ${name} to be gone`);
    if (namespace.there && workload.deployment !== undefined) return rollout(workload);
    const takers = namesOfTakers(all);
    if (takers.length === 0)
      return blocked(
        'no node takes pods: each is cordoned, tainted or not Ready',
        'kubectl get nodes; give one back with nodeops uncordon NODE or kubectl uncordon NODE',
      );
    return needed(`${takers.length === 1 ? 'a pod' : `${takers.length} pods`} of ${image} on ${takers.join(', ')}`);
  },

  apply: (
    { nodes: all },
    { run, image = defaultSmokeImage, port = 80, pages = defaultSmokePages, args = '' },
    _on,
    api,
  ) => {
    const words = args.split(/\s+/).filter((word) => word !== '');
    const wish = { run, image, port, pages, args: words, replicas: namesOfTakers(all).length };
    return [{ do: 'exec', on: api.node, command: placeSmoke(api, wish) }];
  },

  expect: ({ nodes: all }, { port = 80 }) => {
    const takers = namesOfTakers(all);
    return {
      namespace: { there: true, ours: true, terminating: false, remaining: [] },
      workload: {
        deployment: { desired: takers.length, rolledOut: true, troubles: [] },
        page: name,
        serviceIp: '0.0.0.0',
        pods: takers.map((node) => ({ name: 'smoke', node, ip: '0.0.0.0', port, ready: true, troubles: [] })),
      },
    };
  },

  quiet: true,
  // An image is pulled from a registry that may be far away.
  limits: () => ({ pendingMs: 180_000, attempts: 2 }),
  explain: {
    why: 'That nodes are Ready does not say that pods start on them: scheduler, registry, runtime and network have to work for it.',
    source: 'kubernetes.io, Pod Topology Spread Constraints; Pod Security Standards',
    type: [
      `kubectl create namespace ${name}`,
      `kubectl --namespace=${name} create deployment smoke --image=${defaultSmokeImage} --replicas=NODES --port=80`,
      `kubectl --namespace=${name} expose deployment smoke`,
      `kubectl --namespace=${name} rollout status deployment/smoke`,
    ],
  },
});
