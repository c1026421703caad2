import { describe, expect, it } from 'vitest';
import { cgroupVersion } from '../../src/gates/cgroup-version.ts';
import { blocked, judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const on = (version: string) => bound(cgroupVersion, { version }, onWorker());
const seen = (version: 1 | 2, failCgroupV1?: boolean) => ({
  cgroup: { version, hybrid: false },
  config: { raw: '', ...(failCgroupV1 === undefined ? {} : { failCgroupV1 }) },
});
const refused = blocked(
  'paris-w1: cgroup v1, on which a kubelet 1.36 does not start',
  'boot it with systemd.unified_cgroup_hierarchy=1; or set failCgroupV1: false: kubectl -n kube-system edit configmap kubelet-config',
);
const accepted = judged(
  [],
  [
    {
      because: 'paris-w1: cgroup v1, which the kubelet still accepts (failCgroupV1: false)',
      fix: 'boot it with systemd.unified_cgroup_hierarchy=1 before support ends (1.38 at the earliest)',
    },
  ],
);

describe('cgroup-version', () => {
  it.each([
    ['version 2', '1.36.3', seen(2), satisfied],
    ['version 1 before the kubelet minded', '1.34.4', seen(1), satisfied],
    ['version 1, unset: refused', '1.36.3', seen(1), refused],
    ['version 1, refused in so many words', '1.36.3', seen(1, true), refused],
    ['version 1, allowed', '1.36.3', seen(1, false), accepted],
    ['from 1.35 on', '1.35.0', seen(1, false), accepted],
  ])('%s', (_what, version, facts, verdict) => expect(on(version).check(facts)).toEqual(verdict));
});
