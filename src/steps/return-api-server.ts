import { z } from 'zod';
import { returnApiServer as giveBack } from '../commands/kubelet-conf.ts';
import { kubeletConf } from '../facts/kubelet-conf.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/**
 * What was lent is given back, by whichever run finds it: before the kubelet itself is upgraded, so that it is never
 * newer than an API server that it can ask.
 */
export const returnApiServer = defineStep({
  id: 'return-api-server',
  subject: 'node',
  title: () => 'the kubelet asks its own API server',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ conf: kubeletConf, kubelet: kubeletVersions }),

  check: ({ conf }) => (conf.before === undefined ? satisfied : needed(`the kubelet asks ${conf.before} again`)),
  apply: ({ kubelet }, _wish, on) => {
    const restart = kubelet.installed === kubelet.running || kubelet.running === undefined;
    return [{ do: 'exec', on: on.node, command: giveBack({ restart }) }];
  },
  expect: ({ conf }) => ({ conf: { server: conf.before ?? conf.server, taken: false } }),

  unheld: true,
  limits: () => ({ attempts: 3, pendingMs: 60_000 }),
  explain: {
    why: 'A kubelet that went on asking another control plane would depend on it, and be newer than it after its own upgrade.',
    source: 'kubernetes.io, Version Skew Policy, "kubelet"; kubeadm, ControlPlaneKubeletLocalMode',
    type: ['cp -p /var/lib/nodeops/kubelet.conf /etc/kubernetes/kubelet.conf', 'systemctl restart kubelet'],
  },
});
