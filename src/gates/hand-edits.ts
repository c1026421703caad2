import { z } from 'zod';
import { handEdits as editsFact } from '../facts/hand-edits.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';
import { staticPodsAt } from '../steps/upgrade-evidence.ts';

/**
 * The static pod manifests are what kubeadm would write: whatever was edited in them is dropped by the upgrade. Asked
 * only while the installed kubeadm is the one that wrote them; a run that is gone on with was asked before.
 */
export const handEdits = defineStep({
  id: 'hand-edits',
  subject: 'node',
  title: () => 'manifests as kubeadm wrote them',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({ edits: editsFact(on.kubeadm.patches), pods: staticPods }),
  optional: ['edits'],

  check: ({ edits, pods }, _wish, on) => {
    if (on.role === 'worker' || edits === undefined || !staticPodsAt(pods, edits.kubeadm)) return satisfied;
    return judged(
      Object.entries(edits.differences).map(([component, difference]) => ({
        because: `${on.node}: the manifest of ${component} was edited by hand, and the upgrade writes it anew:\n${difference.trimEnd()}`,
        fix: 'put it into kubeadm-config (extraArgs, extraVolumes) or into a patch, `kubeadm: { patches: /etc/kubernetes/patches }` in the inventory; or accept that it goes',
      })),
      [],
    );
  },

  waivable: true,
  explain: {
    why: 'kubeadm writes the manifests anew from its configuration: audit, OIDC or encryption settings made by hand are gone.',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster; Customizing components with the kubeadm API',
    type: [
      'kubeadm init phase control-plane all --dry-run --config CONFIG',
      'diff -u … /etc/kubernetes/manifests/kube-apiserver.yaml',
    ],
  },
});
