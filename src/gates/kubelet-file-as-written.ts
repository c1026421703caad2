import { kubeletConfig } from '../facts/kubelet-config.ts';
import { kubeletFiles } from '../facts/kubelet-files.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged } from '../model/verdict.ts';
import { configurationWish, editedByHand, keptByNode, patchOf } from '../steps/kubelet-settings.ts';
import { defineStep } from '../steps/step.ts';

/** kubeadm writes the whole file: what differs beside the change goes, or comes, with it. */
export const kubeletFileAsWritten = defineStep({
  id: 'kubelet-file-as-written',
  subject: 'node',
  title: () => 'its configuration as kubeadm wrote it',
  with: configurationWish,
  detect: (_wish, on: NodeSubject) => ({ config: kubeletConfig, files: kubeletFiles(on.kubeadm.patches) }),

  check: ({ config, files }, wish, on) => {
    const patch = patchOf(wish);
    const lines = editedByHand(files, config.raw, patch);
    const kept = keptByNode(files, patch);
    return judged(
      lines.length === 0
        ? []
        : [
            {
              because: `${on.node}: /var/lib/kubelet/config.yaml is not what kubeadm writes from the ConfigMap kubelet-config, and is written anew:\n${lines.join('\n')}`,
              fix: 'put what is to stay into /var/lib/kubelet/instance-config.yaml or a patch of kubeadm’s on that node, or into the change itself; or accept that it goes',
            },
          ],
      kept.length === 0
        ? []
        : [
            {
              because: `${on.node} keeps what is its own: ${kept.join(', ')}`,
              fix: 'nothing has to be done, if that is meant: instance-config.yaml and patches of kubeadm’s go before the ConfigMap',
            },
          ],
    );
  },

  waivable: true,
  explain: {
    why: 'What was edited in the file alone is dropped when kubeadm writes it anew, with the change and at the next upgrade.',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster, "Persisting the reconfiguration"',
    type: ['diff /var/lib/kubelet/config.yaml <(kubectl -n kube-system get configmap kubelet-config …)'],
  },
});
