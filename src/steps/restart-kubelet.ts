import { z } from 'zod';
import { daemonReload, restart } from '../commands/systemctl.ts';
import { kubeletLog } from '../facts/kubelet-log.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Neither deb nor rpm restarts the kubelet after an upgrade; until then the old binary runs. */
export const restartKubelet = defineStep({
  id: 'restart-kubelet',
  subject: 'node',
  title: () => 'restart the kubelet',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ unit: kubeletUnit, version: kubeletVersions, log: kubeletLog }),
  optional: ['log'],

  check: ({ unit, version, log }, _wish, on) => {
    if (version.installed === undefined)
      return blocked(`${on.node} has no kubelet installed`, 'see what removed it: `nodeops facts`, /var/log/dpkg.log');
    if (!unit.active)
      return needed(`the kubelet is not running (${unit.subState})${log === undefined ? '' : `: ${log.lastError}`}`);
    if (version.running !== version.installed)
      return needed(`kubelet ${version.running ?? '?'} → ${version.installed}`);
    return unit.needsReload ? needed('unit files changed on disk') : satisfied;
  },
  apply: (_seen, _wish, on) => [
    { do: 'exec', on: on.node, command: daemonReload() },
    { do: 'exec', on: on.node, command: restart('kubelet') },
  ],
  expect: ({ unit, version }) => ({
    unit: { ...unit, active: true, subState: 'running', needsReload: false },
    version: { ...version, ...(version.installed === undefined ? {} : { running: version.installed }) },
  }),

  // It was to be started anew anyway.
  incidental: (change) => change.startsWith('the kubelet is not running '),
  explain: {
    why: 'The package does not restart it. Ready is no proof: a node stays Ready for seconds after its kubelet died.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Upgrade kubelet and kubectl"',
    type: ['systemctl daemon-reload', 'systemctl restart kubelet'],
  },
});
