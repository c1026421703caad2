import { describe, expect, it } from 'vitest';
import { runtimePackage } from '../../src/gates/runtime-package.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { daemonOf, daemonThere, offers } from '../steps/runtime-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const { package: _none, ...byHand } = daemonOf({ program: '/usr/local/bin/containerd' });
const blocked = (because: string, fix: string) => judged([{ because, fix }], []);

describe('runtime-package', () => {
  it.each([
    ['it is offered', '2', { daemon: daemonOf(), offers }, satisfied],
    ['it is there', '2.1.5', { daemon: daemonThere(), offers: {} }, satisfied],
    [
      'it is not offered',
      '2.2',
      { daemon: daemonOf(), offers },
      blocked(
        'paris-w1: its package lists offer no containerd 2.2 (they have 2.1.5, 1.7.24, 1.6.20)',
        "choose one of these with --to; where the lists are old: apt-get update on paris-w1; Debian and Ubuntu keep one minor a release, Docker's repository has containerd.io of several",
      ),
    ],
    [
      'only one before its release is offered',
      '2',
      { daemon: daemonOf(), offers: { containerd: ['2.2.0~rc.1-1'] } },
      blocked(
        'paris-w1: its package lists offer no containerd 2 (they have 2.2.0~rc.1-1)',
        "choose one of these with --to; where the lists are old: apt-get update on paris-w1; Debian and Ubuntu keep one minor a release, Docker's repository has containerd.io of several",
      ),
    ],
    [
      'it is older than what is there',
      '1.7',
      { daemon: daemonThere(), offers },
      blocked(
        'paris-w1 has containerd 2.1.5: 1.7 is older, and the runtime is not taken back',
        'name a newer version with --to; what a way back takes is in docs/runtime.md',
      ),
    ],
    [
      'no package brought it',
      '2',
      { daemon: byHand, offers },
      blocked(
        'paris-w1: /usr/local/bin/containerd, which containerd.service starts, is of none of the packages containerd and containerd.io',
        'install the package beside it on paris-w1, drained, and take away what was unpacked by hand; or upgrade it there as it was installed, and leave the node out with --limit',
      ),
    ],
    [
      'another runtime',
      '2',
      {},
      blocked(
        'paris-w1: systemd knows no containerd.service',
        'another runtime is upgraded by its own documentation: leave the node out with --limit',
      ),
    ],
  ])('%s', (_what, runtime, seen, verdict) =>
    expect(bound(runtimePackage, { runtime }, onWorker()).check({ pins: [], ...seen })).toEqual(verdict),
  );

  it('tells pins of its own package', () => {
    const pin = { pin: 'version 1.6.*', priority: 1001, file: '/etc/apt/preferences.d/x', line: 1 };
    const pins = ['containerd', 'docker*', '/containerd/'].map((name) => ({ ...pin, package: name }));
    expect(bound(runtimePackage, { runtime: '2' }, onWorker()).check({ daemon: daemonOf(), offers, pins })).toEqual(
      judged(
        [],
        [
          {
            because: 'paris-w1: containerd is pinned to version 1.6.* (/etc/apt/preferences.d/x:1, priority 1001)',
            fix: 'an exact version goes before a pin, so that this works; bring the pin up to date before the next apt upgrade',
          },
        ],
      ),
    );
  });
});
