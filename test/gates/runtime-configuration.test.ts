import { describe, expect, it } from 'vitest';
import { runtimeConfigurationGate } from '../../src/gates/runtime-configuration.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { configurationOf, migrationOf } from '../steps/runtime-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const gate = bound(runtimeConfigurationGate, { runtime: '2' }, onWorker());
const cri = ['plugins', 'io.containerd.grpc.v1.cri'];
const kubelet = { kind: 'told', settings: { cgroupDriver: 'cgroupfs' } };
const seen = { configuration: configurationOf(), migration: migrationOf(), kubelet };
const runtime = 'io.containerd.cri.v1.runtime';
const ignoring = (key: readonly string[], plugin?: string) =>
  migrationOf({ ignored: [{ key, ...(plugin === undefined ? {} : { plugin }) }] });
const withSettings = (...settings: readonly (readonly [readonly string[], unknown])[]) =>
  configurationOf({ settings: settings.map(([path, value]) => ({ path, value })) });
const drops = (...settings: readonly string[]) =>
  judged(
    [],
    [
      {
        because: `paris-w1: that containerd passes over what /etc/containerd/config.toml says of ${settings.join(', ')}`,
        fix: 'see what is there instead: containerd, RELEASES.md, "Deprecated config properties"; the old file is kept',
      },
    ],
  );

describe('runtime-configuration', () => {
  it.each([
    ['it takes all of it', {}, satisfied],
    ['nothing to go to: another gate says so', { migration: undefined }, satisfied],
    ['its kubelet says nothing', { kubelet: { kind: 'silent', why: 'EOF' } }, satisfied],
    [
      'it does not take it',
      { migration: { kind: 'refused', why: 'containerd: toml: array is incomplete' } },
      judged(
        [
          {
            because:
              'paris-w1: that containerd does not take /etc/containerd/config.toml: containerd: toml: array is incomplete',
            fix: 'correct the file on paris-w1; what its containerd of now takes it for: containerd config dump',
          },
        ],
        [],
      ),
    ],
    [
      'its package cannot be had',
      { migration: { kind: 'lacking', why: 'E: Failed to fetch http://deb.example/c.deb  404  Not Found' } },
      judged(
        [
          {
            because:
              'paris-w1: its package could not be had to ask it: E: Failed to fetch http://deb.example/c.deb  404  Not Found',
            fix: 'see whether its lists are old: apt-get update on paris-w1',
          },
        ],
        [],
      ),
    ],
    [
      'hand edits that it passes over: one, and all beneath a table',
      {
        configuration: withSettings(
          [[...cri, 'containerd', 'runtimes', 'runc', 'runtime_engine'], '/usr/bin/own'],
          [[...cri, 'containerd', 'default_runtime', 'runtime_type'], 'io.containerd.runc.v2'],
          [[...cri, 'sandbox_image'], 'pause:3.10'],
        ),
        migration: migrationOf({
          ignored: [
            { plugin: runtime, key: ['containerd', 'runtimes', 'runc', 'runtime_engine'] },
            { plugin: runtime, key: ['containerd', 'default_runtime'] },
          ],
        }),
      },
      drops(
        String.raw`plugins.io\.containerd\.grpc\.v1\.cri.containerd.runtimes.runc.runtime_engine = "/usr/bin/own"`,
        String.raw`plugins.io\.containerd\.grpc\.v1\.cri.containerd.default_runtime.runtime_type = "io.containerd.runc.v2"`,
      ),
    ],
    [
      'what is empty does nothing there either',
      {
        configuration: withSettings([[...cri, 'systemd_cgroup'], false]),
        migration: ignoring(['systemd_cgroup'], runtime),
      },
      satisfied,
    ],
    [
      'one outside of all plugins',
      { configuration: withSettings([['plugin_dir'], '/opt/plugins']), migration: ignoring(['plugin_dir']) },
      drops('plugin_dir = "/opt/plugins"'),
    ],
    [
      'control groups of two minds',
      { migration: migrationOf({ driver: 'systemd' }) },
      judged(
        [
          {
            because:
              'paris-w1: its kubelet leaves control groups to cgroupfs, its containerd to systemd; a kubelet that asks containerd 2 takes over what that says, with pods of the other kind on the node',
            fix: 'make them the same on the drained node first: SystemdCgroup = false among the options of its runtime in /etc/containerd/config.toml',
          },
        ],
        [],
      ),
    ],
  ])('%s', (_what, change, verdict) => expect(gate.check({ ...seen, ...change })).toEqual(verdict));
});
