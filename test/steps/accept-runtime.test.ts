import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { acceptRuntime } from '../../src/steps/accept-runtime.ts';
import { daemonThere } from './runtime-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(acceptRuntime, {}, onWorker());
const begun = daemonThere({ kept: '1.6.20~ds1' });

describe('accept-runtime', () => {
  it.each([
    ['nothing was begun', daemonThere(), satisfied],
    ['a change was', begun, needed('the configuration of before stays as /var/lib/nodeops/containerd.toml.before')],
  ])('%s', (_what, daemon, verdict) => expect(step.check({ daemon })).toEqual(verdict));

  it('keeps what was before beside it', () => {
    const [line = ''] = step.typed({ daemon: begun });
    const kept = '/var/lib/nodeops/containerd.toml';
    // As long as the version is there it is begun anew.
    expect(line.indexOf(`cp -p ${kept} ${kept}.before`)).toBeGreaterThan(0);
    expect(line.indexOf('mv -f /var/lib/nodeops/containerd-version')).toBeGreaterThan(line.indexOf('cp -p'));
    expect(line.endsWith(`rm -f ${kept}'`)).toBe(true);
  });
});
