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
    ['a change was', begun, needed('configuration and version of before stay as /var/lib/nodeops/containerd.before')],
  ])('%s', (_what, daemon, verdict) => expect(step.check({ daemon })).toEqual(verdict));

  it('keeps what was before beside it', () => {
    expect(step.typed({ daemon: begun })[0]).toContain(
      'mv /var/lib/nodeops/containerd /var/lib/nodeops/containerd.before',
    );
  });
});
