import { z } from 'zod';
import { keepKubeletConfiguration as keep } from '../commands/kubelet-configuration.ts';
import { kubeletFiles } from '../facts/kubelet-files.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What is kept already is from before a change that was begun: it is not replaced by what that change brought. */
export const keepKubeletConfiguration = defineStep({
  id: 'keep-kubelet-configuration',
  subject: 'node',
  title: () => 'keep its configuration of now',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({ files: kubeletFiles(on.kubeadm.patches) }),

  check: ({ files }) => (files.kept === undefined ? needed('keep /var/lib/kubelet/config.yaml as it is') : satisfied),
  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: keep }],
  expect: ({ files }) => ({ files: { ...files, kept: files.text } }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A kubelet that does not start with the new file is started with the old one again.',
    source: 'docs/nodes.md',
    type: ['cp -p /var/lib/kubelet/config.yaml /var/lib/kubelet/config.yaml.before'],
  },
});
