import { z } from 'zod';
import { cgroupVersion as cgroupFact } from '../facts/cgroup-version.ts';
import { kubeletConfig } from '../facts/kubelet-config.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, judged, satisfied } from '../model/verdict.ts';
import { minorOf, minorsBetween } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';

/** From this minor on the kubelet refuses cgroup v1 unless its configuration allows it. */
export const refusesCgroupV1 = '1.35.0';

/** A kubelet of the target starts on the control groups that the host has. */
export const cgroupVersion = defineStep({
  id: 'cgroup-version',
  subject: 'node',
  title: () => 'control groups',
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ cgroup: cgroupFact, config: kubeletConfig }),

  check: ({ cgroup, config }, { version }, on) => {
    if (cgroup.version === 2 || minorsBetween(refusesCgroupV1, version) < 0) return satisfied;
    if (config.failCgroupV1 === false)
      return judged(
        [],
        [
          {
            because: `${on.node}: cgroup v1, which the kubelet still accepts (failCgroupV1: false)`,
            fix: 'boot it with systemd.unified_cgroup_hierarchy=1 before support ends (1.38 at the earliest)',
          },
        ],
      );
    return blocked(
      `${on.node}: cgroup v1, on which a kubelet ${minorOf(version)} does not start`,
      'boot it with systemd.unified_cgroup_hierarchy=1; or set failCgroupV1: false: kubectl -n kube-system edit configmap kubelet-config',
    );
  },

  foreseen: true,
  waivable: true,
  explain: {
    why: 'From 1.35 on a kubelet exits on cgroup v1, after its node was drained for it.',
    source: 'kubernetes.io, KubeletConfiguration, failCgroupV1; KEP-5573',
    type: ['stat -fc %T /sys/fs/cgroup'],
  },
});
