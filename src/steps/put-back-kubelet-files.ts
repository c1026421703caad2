import { z } from 'zod';
import { kubeletFiles, putBack } from '../commands/restore-point.ts';
import { restorePoints, type RestorePoint } from '../facts/restore-points.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { pointBefore, withBack } from './restorable.ts';

const filesOf = (point: RestorePoint | undefined): readonly string[] =>
  (point?.differing ?? []).filter((file) => kubeletFiles.includes(file));

/** Configuration and flags of the kubelet as they were before the run, read at its next start. */
export const putBackKubeletFiles = defineStep({
  id: 'put-back-kubelet-files',
  subject: 'node',
  title: ({ version }) => `configuration of the kubelet as it was on ${version}`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ points: restorePoints }),

  check: ({ points }, { version }) => {
    const files = filesOf(pointBefore(points, version));
    return files.length === 0 ? satisfied : needed(`put back ${files.join(', ')}`);
  },
  apply: ({ points }, { version }, on) => {
    const point = pointBefore(points, version);
    return point === undefined ? [] : [{ do: 'exec', on: on.node, command: putBack(point.path, filesOf(point)) }];
  },
  expect: ({ points }, { version }) => {
    const point = pointBefore(points, version);
    return { points: point === undefined ? points : withBack(points, point.path, filesOf(point)) };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A kubelet of the older minor may not know what the newer kubeadm wrote, and wants flags that it took away.',
    source: 'docs/rollback.md',
    type: ['cp -a /var/lib/nodeops-restore/RUN_VERSION/files/var/lib/kubelet/config.yaml /var/lib/kubelet/'],
  },
});
