import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { keepRuntime } from '../../src/steps/keep-runtime.ts';
import { daemonOf } from './runtime-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(keepRuntime, {}, onWorker());

describe('keep-runtime', () => {
  it.each([
    ['nothing is kept', daemonOf(), needed('keep /etc/containerd/config.toml as it is')],
    ['what was before a change that was begun stays', daemonOf({ kept: '1.6.20~ds1' }), satisfied],
  ])('%s', (_what, daemon, verdict) => expect(step.check({ daemon })).toEqual(verdict));

  it('copies beside its place and moves it there, and never over what is kept', () => {
    const [line = ''] = step.typed({ daemon: daemonOf() });
    expect(line).toContain('[ ! -e /var/lib/nodeops/containerd-version ] || exit 0');
    expect(line.indexOf('mv /var/lib/nodeops/containerd-version.new')).toBeGreaterThan(
      line.indexOf('mv /var/lib/nodeops/containerd.toml.new'),
    );
  });
});
