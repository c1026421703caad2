import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { migrateRuntimeConfiguration } from '../../src/steps/migrate-runtime-configuration.ts';
import { configurationOf, daemonOf, migrationOf } from './runtime-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(migrateRuntimeConfiguration, { runtime: '2' }, onWorker());
const sandbox = 'io.containerd.cri.v1.images: pinned_images.sandbox = "registry.k8s.io/pause:3.10.1"';

describe('migrate-runtime-configuration', () => {
  it.each([
    [
      'an older form: what is beyond the defaults of the new one is told',
      configurationOf({ comments: 4 }),
      migrationOf(),
      needed(
        '/etc/containerd/config.toml from version 2 to 3; beyond its defaults:',
        sandbox,
        '4 lines of comments go; the old file is kept',
      ),
    ],
    ['its own form', configurationOf({ version: 3 }), migrationOf(), satisfied],
    ['a newer form', configurationOf({ version: 4 }), migrationOf(), satisfied],
    ['the form of 1.7 is that of 1.6', configurationOf(), migrationOf({ version: 2 }), satisfied],
    ['there is no file', { settings: [], comments: 0 }, migrationOf(), satisfied],
    ['nothing to go to', configurationOf(), undefined, satisfied],
    [
      'it does not take it',
      configurationOf(),
      { kind: 'refused', why: 'toml: array is incomplete' },
      blocked(
        'paris-w1: containerd does not take /etc/containerd/config.toml: toml: array is incomplete',
        'correct the file on paris-w1; then type the same command again',
      ),
    ],
  ])('%s', (_what, configuration, migration, verdict) =>
    expect(step.check({ daemon: daemonOf(), configuration, migration })).toEqual(verdict),
  );

  it('is written by the installed program, read by it, and only then put in place', () => {
    const [line = ''] = step.typed({
      daemon: daemonOf(),
      configuration: configurationOf(),
      migration: migrationOf(),
    });
    const order = ['config migrate > "$new"', '--config "$new" config dump', 'mv -f "$new"'].map((part) =>
      line.indexOf(part),
    );
    expect(order.every((at) => at > 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
