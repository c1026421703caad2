import { z } from 'zod';
import { acceptKubeletConfiguration as accept, configFileBefore } from '../commands/kubelet-configuration.ts';
import { kubeletFiles } from '../facts/kubelet-files.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Behind it nothing is put back by itself any more. */
export const acceptKubeletConfiguration = defineStep({
  id: 'accept-kubelet-configuration',
  subject: 'node',
  title: () => 'its new configuration stays',
  with: z.strictObject({}),
  detect: (_wish, on: NodeSubject) => ({ files: kubeletFiles(on.kubeadm.patches) }),

  check: ({ files }) => (files.kept === undefined ? satisfied : needed(`the old one stays as ${configFileBefore}`)),
  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: accept }],
  expect: ({ files: { kept: _accepted, ...files } }) => ({ files }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'The node runs with it, and well: the old file is of use to people only.',
    source: 'docs/nodes.md',
    type: ['rm /var/lib/kubelet/config.yaml.before'],
  },
});
