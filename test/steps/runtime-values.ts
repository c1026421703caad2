import type { RuntimeDaemon } from '../../src/facts/runtime-daemon.ts';
import type { RuntimeConfiguration } from '../../src/facts/runtime-configuration.ts';
import type { RuntimeMigration } from '../../src/facts/runtime-migration.ts';
import type { RuntimeOffers } from '../../src/facts/runtime-offers.ts';

export const oldDeb = '1.6.20~ds1-1+deb12u1';
export const newDeb = '2.1.5-1';

export const offers: RuntimeOffers = { containerd: [newDeb, '1.7.24~ds1-6', oldDeb] };

/** As Debian 12 has it, at its usual work. */
export const daemonOf = (change: Partial<RuntimeDaemon> = {}): RuntimeDaemon => ({
  program: '/usr/bin/containerd',
  package: { name: 'containerd', deb: oldDeb, status: 'ii' },
  installed: '1.6.20~ds1',
  running: '1.6.20~ds1',
  active: true,
  startedAt: 2000,
  kubeletStartedAt: 2100,
  writtenAt: 1000,
  held: [],
  ...change,
});

/** The same once it is there: installed, restarted, and its kubelet after it. */
export const daemonThere = (change: Partial<RuntimeDaemon> = {}): RuntimeDaemon =>
  daemonOf({
    package: { name: 'containerd', deb: newDeb, status: 'ii' },
    installed: '2.1.5',
    running: '2.1.5',
    ...change,
  });

const cri = ['plugins', 'io.containerd.grpc.v1.cri'];

export const configurationOf = (change: Partial<RuntimeConfiguration> = {}): RuntimeConfiguration => ({
  version: 2,
  settings: [
    { path: ['version'], value: 2 },
    { path: [...cri, 'sandbox_image'], value: 'registry.k8s.io/pause:3.10.1' },
  ],
  comments: 0,
  ...change,
});

export const migrationOf = (change: Partial<Extract<RuntimeMigration, { kind: 'told' }>> = {}): RuntimeMigration => ({
  kind: 'told',
  version: 3,
  settings: [
    {
      path: ['plugins', 'io.containerd.cri.v1.images', 'pinned_images', 'sandbox'],
      value: 'registry.k8s.io/pause:3.10.1',
    },
  ],
  ignored: [],
  driver: 'cgroupfs',
  ...change,
});
