import { restart } from '../commands/systemctl.ts';
import { kubeletFiles } from '../facts/kubelet-files.ts';
import { kubeletLog } from '../facts/kubelet-log.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { configurationWish, patchOf, takeBack } from './kubelet-settings.ts';
import { defineStep } from './step.ts';

/** A kubelet reads its configuration when it starts; its pods run on meanwhile. */
export const loadKubeletConfiguration = defineStep({
  id: 'load-kubelet-configuration',
  subject: 'node',
  title: () => 'restart the kubelet',
  with: configurationWish,
  detect: (_wish, on: NodeSubject) => ({
    files: kubeletFiles(on.kubeadm.patches),
    unit: kubeletUnit,
    log: kubeletLog,
  }),
  optional: ['log'],

  check: ({ files, unit, log }, wish) => {
    if (unit.subState === 'dead' || (files.startedAt !== undefined && files.writtenAt > files.startedAt))
      return needed('restart the kubelet: it was started before its configuration was written');
    return unit.active
      ? satisfied
      : pending(
          `the kubelet to run with its new configuration (${unit.subState})${log === undefined ? '' : `: ${log.lastError}`}`,
          `its old configuration is put back; for those to come as well: ${takeBack(files.kept ?? files.text, patchOf(wish))}`,
        );
  },
  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: restart('kubelet') }],
  expect: ({ files, unit }) => ({
    files: { ...files, startedAt: files.writtenAt },
    unit: { ...unit, active: true, subState: 'running' },
  }),

  limits: () => ({ pendingMs: 60_000 }),
  explain: {
    why: 'A kubelet reads its configuration only when it starts; containers run on while it does.',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster, "Reflecting the kubelet changes"',
    type: ['systemctl restart kubelet'],
  },
});
