import { changeKubeletConfig } from '../commands/kubelet-configuration.ts';
import { kubeletConfig } from '../facts/kubelet-config.ts';
import { readYaml } from '../facts/read-text.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { configurationWish, patchedText, patchOf, settingsDifference } from './kubelet-settings.ts';
import { defineStep } from './step.ts';

/** What kubeadm gives to every node, and to those that join later; no node takes it by itself. */
export const changeKubeletConfiguration = defineStep({
  id: 'change-kubelet-configuration',
  subject: 'cluster',
  title: () => 'the ConfigMap kubelet-config',
  with: configurationWish,
  detect: (_wish, _on: ClusterSubject) => ({ config: kubeletConfig }),

  check: ({ config: { raw } }, wish) => {
    const after = patchedText(raw, patchOf(wish));
    return after === raw ? satisfied : needed(...settingsDifference(readYaml(raw), readYaml(after)));
  },
  apply: ({ config: { raw } }, wish, _on, api) => [
    { do: 'exec', on: api.node, command: changeKubeletConfig(api, raw, patchedText(raw, patchOf(wish))) },
  ],
  expect: ({ config }, wish) => ({ config: { ...config, raw: patchedText(config.raw, patchOf(wish)) } }),

  limits: () => ({ attempts: 3 }),
  explain: {
    why: 'kubeadm keeps the configuration of all kubelets here: nodes that join, and every upgrade, take it from it.',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster, "Updating the KubeletConfiguration"',
    type: ['kubectl -n kube-system edit configmap kubelet-config'],
  },
});
