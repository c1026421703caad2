import type { EtcdHere } from '../../src/facts/etcd-here.ts';
import type { EtcdRestores, RestoreMark } from '../../src/facts/etcd-restores.ts';

/** The restore that the cases are about, and the members of its etcd. */
export const restore = '1-2026-11-21-235810-875f';
export const memberUrl = (index: number): string => `https://172.31.0.${11 + index}:2380`;
export const members = (count: number): string =>
  Array.from({ length: count }, (_, index) => `paris-cp${index + 1}=${memberUrl(index)}`).join(',');

const place = { fileSystem: '/dev/sda1', availableBytes: 10 * 1024 ** 3 };

/** The first control plane while all runs, and no restore was begun. */
export const untouched: EtcdRestores = {
  restores: [],
  manifests: { 'kube-apiserver': 'here', 'kube-controller-manager': 'here', 'kube-scheduler': 'here', etcd: 'here' },
  flags: {
    name: 'paris-cp1',
    'data-dir': '/var/lib/etcd',
    'initial-advertise-peer-urls': memberUrl(0),
    'initial-cluster': members(1),
  },
  processes: { 'kube-apiserver': [610], 'kube-controller-manager': [608], 'kube-scheduler': [622], etcd: [629] },
  hasMember: true,
  room: { state: place, data: place },
};

export const cameTo = (...marks: RestoreMark[]): EtcdRestores => ({
  ...untouched,
  restores: [{ name: restore, of: '3665882957931887177', marks }],
});

/** All manifests away, all processes gone. */
export const stopped = (...marks: RestoreMark[]): EtcdRestores => ({
  ...cameTo(...marks),
  manifests: { 'kube-apiserver': 'away', 'kube-controller-manager': 'away', 'kube-scheduler': 'away', etcd: 'away' },
  processes: {},
});

export const etcdHereAt = (change: Partial<EtcdHere> = {}): EtcdHere => ({
  memberId: '1000',
  clusterId: '3665882957931887177',
  revision: 2690,
  version: '3.6.6',
  dbSizeBytes: 1_937_440,
  quorum: true,
  learner: false,
  errors: [],
  ...change,
});
