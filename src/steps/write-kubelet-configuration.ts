import { stringify } from 'yaml';
import { writeKubeletConfiguration as writeFile } from '../commands/kubelet-configuration.ts';
import { kubeletConfig } from '../facts/kubelet-config.ts';
import { kubeletFiles } from '../facts/kubelet-files.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { comingSettings, configurationWish, patchedText, patchOf, settingsDifference } from './kubelet-settings.ts';
import { defineStep } from './step.ts';

/** kubeadm writes the node's file from the ConfigMap, with what the node has of its own over it. */
export const writeKubeletConfiguration = defineStep({
  id: 'write-kubelet-configuration',
  subject: 'node',
  title: () => 'its configuration from the ConfigMap',
  with: configurationWish,
  detect: (_wish, on: NodeSubject) => ({ config: kubeletConfig, files: kubeletFiles(on.kubeadm.patches) }),

  check: ({ config: { raw }, files }, wish) => {
    const patch = patchOf(wish);
    if (patchedText(raw, patch) !== raw)
      return blocked(
        'the ConfigMap kubelet-config does not say any more what this run is about: somebody changed it meanwhile',
        'see what it says: kubectl -n kube-system get configmap kubelet-config --output=yaml; then type the same command again',
      );
    const coming = comingSettings(files, raw, patch);
    return coming === files.settings ? satisfied : needed(...settingsDifference(files.settings, coming));
  },
  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: writeFile(on.kubeadm.patches) }],
  expect: ({ config: { raw }, files }, wish) => {
    const settings = comingSettings(files, raw, patchOf(wish));
    return { files: { ...files, settings, text: stringify(settings), writtenAt: (files.startedAt ?? 0) + 1 } };
  },

  // Two runs of kubeadm within a second want the same directory for their copies.
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'kubeadm puts what is this node’s own (instance-config.yaml, patches) over what all nodes have.',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster, "Reflecting the kubelet changes"',
    type: ['kubeadm upgrade node phase kubelet-config', 'less /var/lib/kubelet/config.yaml'],
  },
});
