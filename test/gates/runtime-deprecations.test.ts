import { describe, expect, it } from 'vitest';
import { runtimeDeprecations } from '../../src/gates/runtime-deprecations.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { configurationOf, daemonOf, daemonThere, offers } from '../steps/runtime-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const cri = ['plugins', 'io.containerd.grpc.v1.cri'];
const runc = [...cri, 'containerd', 'runtimes', 'runc'];
const withSetting = (path: readonly string[], value: unknown) => configurationOf({ settings: [{ path, value }] });
const told = (...ids: readonly string[]) => ({
  told: true,
  warnings: ids.map((id) => ({ id, message: `${id} goes` })),
});
const none = { told: false, warnings: [] };
const restart = '; then restart containerd on the drained node, which forgets what it saw before';
const gone = (what: string, fix: string) =>
  judged(
    [
      {
        because: `paris-w1 uses ${what}, which containerd 2.1.5 has no longer (gone since 2.0.0)`,
        fix: `instead: ${fix}${restart}`,
      },
    ],
    [],
  );
const going = (what: string, when: string, fix: string) =>
  judged([], [{ because: `paris-w1 uses ${what}, which ${when} has no longer`, fix: `instead: ${fix}` }]);
const engine = gone('runtime_engine of a runtime', '`BinaryName` among its options');
const v2 = '`runtime_type = "io.containerd.runc.v2"`';

describe('runtime-deprecations', () => {
  it.each([
    ['nothing is used', configurationOf(), none, satisfied],
    ['one that keeps no list: by its file', withSetting([...runc, 'runtime_engine'], '/usr/bin/runc'), none, engine],
    [
      'what `config default` of 1.6 wrote there does nothing',
      withSetting([...runc, 'runtime_engine'], ''),
      none,
      satisfied,
    ],
    ['by its own list', configurationOf(), told('cri-runtime-engine'), engine],
    ['by both: once', withSetting([...runc, 'runtime_engine'], '/usr/bin/runc'), told('cri-runtime-engine'), engine],
    [
      'the form of systemd_cgroup that was first',
      withSetting([...cri, 'systemd_cgroup'], true),
      none,
      gone('systemd_cgroup of the CRI plugin', '`SystemdCgroup = true` among the options of the runtime runc'),
    ],
    ['off it does nothing', withSetting([...cri, 'systemd_cgroup'], false), none, satisfied],
    [
      'a shim that is gone',
      withSetting([...runc, 'runtime_type'], 'io.containerd.runc.v1'),
      none,
      gone('the runtime io.containerd.runc.v1', v2),
    ],
    ['the shim that is there', withSetting([...runc, 'runtime_type'], 'io.containerd.runc.v2'), none, satisfied],
    [
      'a root that is not of a runtime',
      withSetting(['plugins', 'io.containerd.runtime.v1.linux', 'runtime_root'], '/run/own'),
      none,
      satisfied,
    ],
    [
      'mirrors, which go later',
      withSetting([...cri, 'registry', 'mirrors', 'docker.io', 'endpoint'], ['https://m.example']),
      told('cri-registry-mirrors'),
      going(
        'mirrors of the registry',
        'containerd 2.7.0',
        'directories with a hosts.toml each, and `config_path` for them (containerd, docs/hosts.md)',
      ),
    ],
    [
      'one that nobody here knows',
      configurationOf(),
      told('nri-v010-plugin'),
      going('nri-v010-plugin', 'a later containerd', 'nri-v010-plugin goes'),
    ],
  ])('%s', (_what, configuration, deprecations, verdict) => {
    const gate = bound(runtimeDeprecations, { runtime: '2' }, onWorker());
    expect(gate.check({ daemon: daemonOf(), offers, configuration, deprecations })).toEqual(verdict);
  });

  it.each([
    ['within 1.x nothing of it is gone', '1.7', daemonOf(), 1],
    ['what is there is not asked', '2', daemonThere(), 0],
  ])('%s', (_what, runtime, daemon, warnings) => {
    const gate = bound(runtimeDeprecations, { runtime }, onWorker());
    const verdict = gate.check({ daemon, offers, configuration: configurationOf(), deprecations: told('runtime-v1') });
    expect(verdict).toMatchObject({ kind: 'satisfied' });
    expect('warnings' in verdict ? verdict.warnings?.length : 0).toBe(warnings);
  });
});
