import { z } from 'zod';
import { returnKubeletConfiguration as putBack } from '../commands/kubelet-configuration.ts';
import { kubeletFiles } from '../facts/kubelet-files.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** A change that was begun and not accepted is taken back, whatever kept it: the node is as it was before it. */
export const returnKubeletConfiguration = defineStep({
  id: 'return-kubelet-configuration',
  subject: 'node',
  title: () => 'its configuration of before',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({ files: kubeletFiles(on.kubeadm.patches) }),

  check: ({ files }) =>
    files.kept === undefined
      ? satisfied
      : needed('put /var/lib/kubelet/config.yaml back as it was, and restart the kubelet'),
  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: putBack }],
  expect: ({ files: { kept, ...files } }) => ({
    files: { ...files, ...(kept === undefined ? {} : { text: kept }), startedAt: files.writtenAt },
  }),

  unheld: true,
  limits: () => ({ attempts: 3 }),
  explain: {
    why: 'A kubelet that does not run loses its node’s pods; with the file of before it is known to run.',
    source: 'docs/nodes.md',
    type: ['cp -p /var/lib/kubelet/config.yaml.before /var/lib/kubelet/config.yaml', 'systemctl restart kubelet'],
  },
});
