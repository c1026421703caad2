import { z } from 'zod';
import { returnApiServer as giveBack } from '../commands/kubelet-conf.ts';
import { kubeletConf } from '../facts/kubelet-conf.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/**
 * What was lent is given back, by whichever run finds it: before the kubelet itself is upgraded, so that it is never
 * newer than an API server that it can ask. Not before its own answers: kubeadm also ends well where the new API server
 * starts and ends again and again, and a kubelet that was sent back to it is lost to the cluster (lab, 1.36.3).
 */
export const returnApiServer = defineStep({
  id: 'return-api-server',
  subject: 'node',
  title: () => 'the kubelet asks its own API server',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ conf: kubeletConf, kubelet: kubeletVersions, api: ownApiServer }),
  optional: ['api'],

  check: ({ conf, api }) => {
    if (conf.before === undefined) return satisfied;
    return api?.ready === false
      ? pending(`its own API server to be ready: ${api.detail}`)
      : needed(`the kubelet asks ${conf.before} again`);
  },
  apply: ({ kubelet }, _wish, on) => {
    const restart = kubelet.installed === kubelet.running || kubelet.running === undefined;
    return [{ do: 'exec', on: on.node, command: giveBack({ restart }) }];
  },
  expect: ({ conf }) => ({ conf: { server: conf.before ?? conf.server, taken: false } }),

  unheld: true,
  limits: () => ({ attempts: 3, pendingMs: 300_000 }),
  explain: {
    why: 'A kubelet that went on asking another control plane would depend on it, and be newer than it after its own upgrade.',
    source: 'kubernetes.io, Version Skew Policy, "kubelet"; kubeadm, ControlPlaneKubeletLocalMode',
    type: ['cp -p /var/lib/nodeops/kubelet.conf /etc/kubernetes/kubelet.conf', 'systemctl restart kubelet'],
  },
});
