import type { KeptEtcd } from '../../src/facts/kept-etcd.ts';
import { health, member, old, staticPodsOf, status } from './values.ts';

/** Three members, all well; the first one leads. */
export const wellEtcd = {
  members: [0, 1, 2].map((index) => member(index)),
  health: [0, 1, 2].map((index) => health(index)),
  status: [0, 1, 2].map((index) => status(index)),
  alarms: [],
};

/** NOSPACE of the second member, as every member then tells of itself. */
export const fullEtcd = {
  ...wellEtcd,
  health: [0, 1, 2].map((index) => ({ ...health(index, false), error: 'Active Alarm(s): NOSPACE ' })),
  alarms: [{ memberId: '1001', alarm: 'NOSPACE' }],
};

/** What the first control plane kept of its etcd before a run, of the same data as the etcd that runs. */
export const keptEtcdOf = (run: string, version: string): KeptEtcd => {
  const { etcd } = staticPodsOf(old);
  if (etcd === undefined) throw new Error('no etcd there');
  return {
    ...etcd,
    point: `/var/lib/nodeops-restore/${run}_1.34.4`,
    image: `registry.k8s.io/etcd:${version}`,
    version,
  };
};
