import { z } from 'zod';
import { kubeletFiles } from '../commands/restore-point.ts';
import { restorePoints, type RestorePoint } from '../facts/restore-points.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import { putBackOn, restorableFiles, withBack, type Restorable } from './restorable.ts';

const ofKubelet = (points: readonly RestorePoint[], version: Version): Restorable =>
  restorableFiles(points, version, (file) => kubeletFiles.includes(file));

/** Configuration and flags of the kubelet as they were before the run, read at its next start. */
export const putBackKubeletFiles = defineStep({
  id: 'put-back-kubelet-files',
  subject: 'node',
  title: ({ version }) => `configuration of the kubelet as it was on ${version}`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ points: restorePoints }),

  check: ({ points }, { version }) => {
    const { files } = ofKubelet(points, version);
    return files.length === 0 ? satisfied : needed(`put back ${files.join(', ')}`);
  },
  apply: ({ points }, { version }, on) => putBackOn(on.node, ofKubelet(points, version)),
  expect: ({ points }, { version }) => ({ points: withBack(points, ofKubelet(points, version)) }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A kubelet of the older minor may not know what the newer kubeadm wrote, and wants flags that it took away.',
    source: 'docs/rollback.md',
    type: ['cp -a /var/lib/nodeops-restore/RUN_VERSION/files/var/lib/kubelet/config.yaml /var/lib/kubelet/'],
  },
});
