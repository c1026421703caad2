import { z } from 'zod';
import { etcdHealth } from '../facts/etcd-health.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { isOutForRun, nodes } from '../facts/nodes.ts';
import { controlPlanePods } from '../facts/pods.ts';
import { rolledOut, workloads } from '../facts/workloads.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { kubeProxyVersion } from './upgrade-evidence.ts';

/** The whole cluster is where it was to go: every node, the control planes, their configuration, etcd, the add-ons. */
export const verifyCluster = defineStep({
  id: 'verify-cluster',
  subject: 'cluster',
  title: ({ version }) => `the cluster is on ${version}`,
  with: z.strictObject({
    version: z.string(),
    nodeNames: z.array(z.string()),
    /** By name: nodes that go to another version. */
    further: z.record(z.string(), z.string()).optional(),
  }),
  detect: (_wish, _on: ClusterSubject) => ({
    nodes,
    config: kubeadmConfig,
    workloads,
    controlPlanePods,
    etcd: etcdHealth,
  }),
  optional: ['etcd'],

  check: (seen, { version, nodeNames, further = {} }) => {
    const { nodes: all, config, workloads: running, controlPlanePods: staticPods, etcd } = seen;
    const ours = all.filter(({ name }) => nodeNames.includes(name));
    const troubles = [
      ...ours
        .filter(({ name, kubeletVersion }) => kubeletVersion !== (further[name] ?? version))
        .map(({ name, kubeletVersion }) => `${name} is on ${kubeletVersion}`),
      ...ours.filter(({ ready }) => ready !== 'True').map(({ name }) => `${name} is not Ready`),
      ...ours.filter(isOutForRun).map(({ name, cordonedBy }) => `${name} is still cordoned by ${cordonedBy}`),
      ...(config.kubernetesVersion === version ? [] : [`kubeadm-config says ${config.kubernetesVersion}`]),
      ...([undefined, version].includes(kubeProxyVersion(running)) ? [] : ['kube-proxy is not on it']),
      ...running
        .filter((workload) => workload.namespace === 'kube-system' && !rolledOut(workload))
        .map(({ name }) => `${name} has not rolled out`),
      ...staticPods.filter(({ ready }) => !ready).map(({ name }) => `the static pod ${name} is not ready`),
      ...(etcd ?? []).filter(({ healthy }) => !healthy).map(({ endpoint }) => `etcd at ${endpoint} is not healthy`),
    ];
    return troubles.length === 0 ? satisfied : pending(troubles.join('; '));
  },

  limits: () => ({ pendingMs: 180_000 }),
  explain: {
    why: 'What was done is believed only when it is seen.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Verify the status of the cluster"',
    type: [
      'kubectl get nodes',
      'kubectl -n kube-system get pods',
      'kubectl -n kube-system get cm kubeadm-config -o yaml',
    ],
  },
});
