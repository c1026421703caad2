import { z } from 'zod';
import { initConfigurationFile, initialiseCluster as init } from '../commands/new-host.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { isMarked, markedAs, newHost, type NewHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed } from '../model/verdict.ts';
import { judgeFirstKubelet, runningKubelet } from './first-kubelet.ts';
import { initConfiguration } from './init-configuration.ts';
import { defineStep } from './step.ts';
import { taintParameter } from './taint-parameter.ts';

const parameters = z.strictObject({
  version: z.string(),
  endpoint: z.string().optional(),
  podSubnet: z.string(),
  serviceSubnet: z.string(),
  kubeadmDocuments: z.string().optional(),
  nodeAddress: z.string().optional(),
  nodeTaints: taintParameter.optional(),
  workerNames: z.array(z.string()),
});

type Wish = z.output<typeof parameters>;

/** What `kubeadm init` is given on a host. */
export const configurationOf = (
  { address = '', driver = 'systemd' }: NewHost,
  wish: Wish,
  on: Pick<NodeSubject, 'cluster' | 'node' | 'kubeadm'>,
): string => {
  const { nodeAddress, nodeTaints, workerNames, kubeadmDocuments, ...rest } = wish;
  return initConfiguration({
    ...rest,
    cluster: on.cluster,
    node: on.node,
    address: nodeAddress ?? address,
    addressChosen: nodeAddress !== undefined,
    driver,
    schedulable: workerNames.length === 0,
    taints: nodeTaints,
    kubeadm: on.kubeadm,
    configuration: kubeadmDocuments,
  });
};

/** The cluster begins: `kubeadm init` on its first control plane. */
export const initialiseCluster = defineStep({
  id: 'initialise-cluster',
  subject: 'node',
  title: ({ version }) => `kubeadm init ${version}`,
  with: parameters,
  detect: (_wish, _on: NodeSubject) => ({ host: newHost, unit: kubeletUnit }),
  // Its package may not be there yet.
  optional: ['unit'],

  check: ({ host, unit }, { endpoint, podSubnet, serviceSubnet }, { cluster, node }) => {
    if (!isMarked(host, cluster, 'initialised'))
      return needed(
        `a control plane, asked for at ${endpoint ?? `${host.address ?? node}:6443`}`,
        `pods in ${podSubnet}, Services in ${serviceSubnet}`,
      );
    return judgeFirstKubelet(unit, node);
  },
  apply: ({ host }, wish, on) => [
    {
      do: 'put',
      on: on.node,
      path: initConfigurationFile(on.cluster),
      mode: 0o600,
      content: configurationOf(host, wish, on),
    },
    { do: 'exec', on: on.node, command: init(on.cluster, on.kubeadm.ignorePreflightErrors) },
  ],
  expect: ({ host }, _wish, { cluster }) => ({
    host: markedAs(host, cluster, 'initialised'),
    unit: runningKubelet,
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'It makes the authorities, the first member of etcd and the control plane’s static pods; everything else joins it.',
    source: 'kubernetes.io, Creating a cluster with kubeadm; kubeadm init',
    type: ['kubeadm config print init-defaults > kubeadm.yaml', 'kubeadm init --config kubeadm.yaml'],
  },
});
