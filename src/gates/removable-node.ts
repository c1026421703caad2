import { z } from 'zod';
import { hostOf } from '../backup/recovery-configuration.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

const aloneOf = (all: readonly NodeObject[], node: NodeObject): readonly Trouble[] =>
  node.controlPlane && !all.some(({ name, controlPlane }) => controlPlane && name !== node.name)
    ? [
        {
          because: `${node.name} is the only control plane: without it there is no cluster`,
          fix: 'add another one first (nodeops node add); or end the cluster: nodeops reset',
        },
      ]
    : [];

const aliveOf = ({ name, ready }: NodeObject, dead: boolean): readonly Trouble[] =>
  dead && ready === 'True'
    ? [
        {
          because: `${name} is Ready: its kubelet was heard of a moment ago`,
          fix: `a node that lives is drained and reset: nodeops node remove ${name}, without --gone`,
        },
      ]
    : [];

/** With the last API server that answers the cluster would be gone as well; a machine that is gone takes none along. */
const othersOf = (all: readonly NodeObject[], node: NodeObject, dead: boolean): readonly Trouble[] =>
  node.controlPlane && !dead
    ? all
        .filter(({ name, controlPlane, ready }) => controlPlane && name !== node.name && ready !== 'True')
        .map(({ name, ready }) => ({
          because: `${name} is Ready ${ready}, and would have to carry the cluster without ${node.name}`,
          fix: `mend that one first: nodeops diagnose; or, where its machine is gone: nodeops node remove ${name} --gone`,
        }))
    : [];

const endpointOf = ({ name, internalIp }: NodeObject, endpoint: string | undefined): readonly Trouble[] =>
  endpoint !== undefined && internalIp !== undefined && hostOf(endpoint) === internalIp
    ? [
        {
          because: `the cluster is asked for at ${endpoint}, the address of ${name}: without it no kubelet finds an API server`,
          fix: 'put an address in front of the control planes first (controlPlaneEndpoint, and the server of every kubelet.conf)',
        },
      ]
    : [];

/** A node without which the cluster goes on. */
export const removableNode = defineStep({
  id: 'removable-node',
  subject: 'cluster',
  title: ({ node }) => `${node} can go`,
  with: z.strictObject({
    node: z.string(),
    /** Its machine is gone: nobody may have heard of it. */
    dead: z.boolean().optional(),
  }),
  detect: (_wish, _on: ClusterSubject) => ({ nodes, config: kubeadmConfig }),

  check: ({ nodes: all, config }, { node: name, dead = false }) => {
    const node = all.find((each) => each.name === name);
    if (node === undefined) return judged([], []);
    return judged(
      [
        ...aloneOf(all, node),
        ...aliveOf(node, dead),
        ...othersOf(all, node, dead),
        ...endpointOf(node, config.controlPlaneEndpoint),
      ],
      [],
    );
  },

  explain: {
    why: 'Some nodes cannot go: the last control plane, and the one that everybody else asks for.',
    source: 'kubernetes.io, Creating a cluster with kubeadm, "Remove the node"; kubeadm, controlPlaneEndpoint',
    type: ['kubectl get nodes', 'kubectl -n kube-system get cm kubeadm-config -o yaml | grep controlPlaneEndpoint'],
  },
});
