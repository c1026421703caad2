import type { RestorePoint } from '../../src/facts/restore-points.ts';

/** What a run kept of a node on 1.35.4 before it went to 1.36.3. */
export const pointOf = (change: Partial<RestorePoint> = {}): RestorePoint => ({
  path: '/var/lib/nodeops-restore/r1_1.36.3',
  run: 'r1',
  from: '1.35.4',
  to: '1.36.3',
  packages: {},
  debs: {},
  images: {},
  differing: [],
  ...change,
});

/** The same with the archives of all packages. */
export const pointWithDebs = (change: Partial<RestorePoint> = {}): RestorePoint =>
  pointOf({
    debs: Object.fromEntries(
      ['kubeadm', 'kubelet', 'kubectl'].map((name) => [
        name,
        { version: '1.35.4-1.1', file: `${name}_1.35.4-1.1_amd64.deb` },
      ]),
    ),
    ...change,
  });
