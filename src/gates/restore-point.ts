import { z } from 'zod';
import { packages } from '../facts/packages.ts';
import { restorePoints } from '../facts/restore-points.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { upstreamOf } from '../model/version.ts';
import { pointBefore } from '../steps/restorable.ts';
import { defineStep } from '../steps/step.ts';
import { versionedComponents } from '../steps/upgrade-evidence.ts';

/** A node that left the version has kept what it was then. */
export const restorePoint = defineStep({
  id: 'restore-point',
  subject: 'node',
  title: ({ version }) => `what the node was on ${version} is kept`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ points: restorePoints, packages, pods: staticPods }),

  check: ({ points, packages: { installed }, pods }, { version }, on) => {
    if (pointBefore(points, version) !== undefined) return satisfied;
    const left = [
      ...['kubeadm', 'kubelet'].filter((name) => upstreamOf(installed[name]?.version ?? '') !== version),
      ...versionedComponents.filter((name) => {
        const component = pods.components[name];
        return component !== undefined && component.version !== version;
      }),
    ];
    return left.length === 0
      ? satisfied
      : blocked(
          `${on.node} kept nothing of ${version}, and its ${left.join(', ')} went to another version`,
          'go on instead: nodeops upgrade; or restore the snapshot of etcd that the upgrade took (kubernetes.io, "Operating etcd clusters")',
        );
  },

  foreseen: true,
  explain: {
    why: 'What is put back is what the node itself kept before the upgrade; nothing is guessed.',
    source: 'docs/rollback.md',
    type: ['ls /var/lib/nodeops-restore'],
  },
});
