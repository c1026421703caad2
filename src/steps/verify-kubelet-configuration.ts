import { kubeletFiles } from '../facts/kubelet-files.ts';
import { kubeletLog } from '../facts/kubelet-log.ts';
import { kubeletRunningConfig } from '../facts/kubelet-running-config.ts';
import { pathText, sameSetting, settingAt, settingsIn } from '../model/kubelet-settings.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { configurationWish, patchOf, takeBack } from './kubelet-settings.ts';
import { defineStep } from './step.ts';

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Asked itself: a node is Ready for many seconds after its kubelet ended, and a flag may go before the file. */
export const verifyKubeletConfiguration = defineStep({
  id: 'verify-kubelet-configuration',
  subject: 'node',
  title: () => 'the kubelet runs with it',
  with: configurationWish,
  detect: (_wish, on: NodeSubject) => ({
    files: kubeletFiles(on.kubeadm.patches),
    running: kubeletRunningConfig(on.node),
    log: kubeletLog,
  }),
  optional: ['log'],

  check: ({ files, running, log }, wish) => {
    const patch = patchOf(wish);
    const fix = `its old configuration is put back; for those to come as well: ${takeBack(files.kept ?? files.text, patch)}`;
    if (running.kind === 'silent')
      return pending(
        `the kubelet to say what it runs with: ${running.why}${log === undefined ? '' : `; ${log.lastError}`}`,
        fix,
      );
    const off = settingsIn(patch).flatMap(({ path }) => {
      const [wanted, has] = [settingAt(files.settings, path), settingAt(running.settings, path)];
      // What is not set is whatever the kubelet takes for it.
      return sameSetting(wanted, undefined) || sameSetting(wanted, has)
        ? []
        : [`${pathText(path)} ${shown(wanted)} (it runs with ${shown(has)})`];
    });
    return off.length === 0
      ? satisfied
      : pending(`the kubelet to run with ${off.join(', ')}; a flag of its command line goes before the file`, fix);
  },

  limits: () => ({ pendingMs: 60_000 }),
  explain: {
    why: 'What counts is what it runs with: flags go before the file, and a kubelet that ended leaves its node Ready for a while.',
    source: 'kubernetes.io, Set Kubelet Parameters Via A Configuration File, "Viewing the kubelet configuration"',
    type: ['kubectl get --raw /api/v1/nodes/NODE/proxy/configz'],
  },
});
