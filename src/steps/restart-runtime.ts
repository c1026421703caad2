import { z } from 'zod';
import { daemonReload, restart } from '../commands/systemctl.ts';
import { runtimeDaemon, type RuntimeDaemon } from '../facts/runtime-daemon.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** Why containerd is to be restarted, or undefined. */
const why = ({ running, installed, active, writtenAt, startedAt, kept }: RuntimeDaemon): string | undefined => {
  if (!active || running === undefined) return 'restart containerd: it does not answer';
  if (installed !== undefined && running !== installed) return `restart containerd: ${running} still runs`;
  // Only in the middle of a change of ours: somebody may have edited the file for the next restart.
  return kept !== undefined && startedAt !== undefined && writtenAt !== undefined && writtenAt > startedAt
    ? 'restart containerd: it was started before its configuration was written'
    : undefined;
};

/** A kubelet asks its runtime once, when it is started, who manages control groups. */
const kubeletIsOlder = ({ kept, startedAt, kubeletStartedAt }: RuntimeDaemon): boolean =>
  kept !== undefined && startedAt !== undefined && (kubeletStartedAt === undefined || kubeletStartedAt < startedAt);

/** Containers run on: their shims are processes of their own, and the new containerd finds them. */
export const restartRuntime = defineStep({
  id: 'restart-runtime',
  subject: 'node',
  title: () => 'restart containerd, and the kubelet after it',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ daemon: runtimeDaemon }),

  check: ({ daemon }) => {
    const because = why(daemon);
    if (because !== undefined) return needed(because, 'restart the kubelet');
    return kubeletIsOlder(daemon) ? needed('restart the kubelet: it was started before its runtime') : satisfied;
  },
  apply: ({ daemon }, _wish, { node }) => [
    ...(why(daemon) === undefined
      ? []
      : [
          { do: 'exec' as const, on: node, command: daemonReload() },
          { do: 'exec' as const, on: node, command: restart('containerd') },
        ]),
    { do: 'exec', on: node, command: restart('kubelet') },
  ],
  expect: ({ daemon }) => {
    const startedAt = Math.max(daemon.startedAt ?? 0, daemon.writtenAt ?? 0);
    const { installed, running } = daemon;
    const version = installed ?? running ?? '0';
    return { daemon: { ...daemon, active: true, running: version, startedAt, kubeletStartedAt: startedAt } };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'Until then the old program runs. Containers do not end with containerd: systemd ends that process only.',
    source: 'containerd, docs/ops.md, "systemd" (KillMode=process); kubernetes.io, Configuring a cgroup driver',
    type: ['systemctl daemon-reload', 'systemctl restart containerd', 'systemctl restart kubelet'],
  },
});
