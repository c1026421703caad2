import { z } from 'zod';
import { kubeletFiles } from '../commands/restore-point.ts';
import { daemonReload } from '../commands/systemctl.ts';
import { kubeletUnit, type KubeletUnit } from '../facts/kubelet-unit.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { restorePoints, type RestorePoint } from '../facts/restore-points.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import { putBackOn, restorableFiles, withBack, type Restorable } from './restorable.ts';

const ofKubelet = (points: readonly RestorePoint[], version: Version): Restorable =>
  restorableFiles(points, version, (file) => kubeletFiles.includes(file));

/** The step that restarts a kubelet has its unit read again; one that stayed is not restarted. */
const wantsReload = (unit: KubeletUnit | undefined, onlyWhere: 'kubelet-stayed' | undefined): boolean =>
  onlyWhere === 'kubelet-stayed' && unit?.needsReload === true;

/**
 * Configuration and flags of the kubelet as they were before the run, read at its next start. `onlyWhere:
 * kubelet-stayed`: only where the kubelet never left that version, so that its node need not be drained for them, nor for
 * a unit that kubeadm's package brought and took away again; a newer one that happened to start might not know them.
 */
export const putBackKubeletFiles = defineStep({
  id: 'put-back-kubelet-files',
  subject: 'node',
  title: ({ version }) => `configuration of the kubelet as it was on ${version}`,
  with: z.strictObject({ version: z.string(), onlyWhere: z.literal('kubelet-stayed').optional() }),
  detect: (_wish, _on: NodeSubject) => ({ points: restorePoints, kubelet: kubeletVersions, unit: kubeletUnit }),
  optional: ['kubelet', 'unit'],

  check: ({ points, kubelet, unit }, { version, onlyWhere }) => {
    const stayed = kubelet?.installed === version && kubelet.running === version;
    if (onlyWhere === 'kubelet-stayed' && !stayed) return satisfied;
    const changes = [
      ...ofKubelet(points, version).files.map((file) => `put back ${file}`),
      ...(wantsReload(unit, onlyWhere) ? ['have systemd read its unit again'] : []),
    ];
    return changes.length === 0 ? satisfied : needed(...changes);
  },
  apply: ({ points, unit }, { version, onlyWhere }, on) => [
    ...putBackOn(on.node, ofKubelet(points, version)),
    ...(wantsReload(unit, onlyWhere) ? [{ do: 'exec', on: on.node, command: daemonReload() } as const] : []),
  ],
  expect: ({ points, unit }, { version, onlyWhere }) => ({
    points: withBack(points, ofKubelet(points, version)),
    ...(unit === undefined || onlyWhere === undefined ? {} : { unit: { ...unit, needsReload: false } }),
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A kubelet of the older minor may not know what the newer kubeadm wrote, and wants flags that it took away.',
    source: 'docs/rollback.md',
    type: ['cp -a /var/lib/nodeops-restore/RUN_VERSION/files/var/lib/kubelet/config.yaml /var/lib/kubelet/'],
  },
});
