import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { installRuntime } from '../../src/steps/install-runtime.ts';
import { daemonOf, daemonThere, newDeb, offers, oldDeb } from './runtime-values.ts';
import { bound, onWorker } from './values.ts';

const at = (runtime: string) => bound(installRuntime, { runtime, lockSeconds: 300 }, onWorker());
const unpacked = { name: 'containerd', deb: newDeb, status: 'iU' };

describe('install-runtime', () => {
  it.each([
    ['another version', '2', daemonOf(), [], needed(`containerd ${oldDeb} → ${newDeb}`)],
    ['unpacked only', '2', daemonOf({ package: unpacked }), [], needed(`containerd ${newDeb} (dpkg: iU) → ${newDeb}`)],
    ['there', '2', daemonThere(), [], satisfied],
    ['there, with a hold that is owed', '2', daemonThere(), ['containerd'], needed('hold again: containerd')],
    [
      'there, and not offered any more',
      '2.0',
      daemonThere({ package: { name: 'containerd', deb: '2.0.7-1', status: 'hi' } }),
      [],
      satisfied,
    ],
    [
      'not offered any more',
      '3',
      daemonOf(),
      [],
      blocked(
        'paris-w1: its package lists offer no containerd 3 (they have 2.1.5, 1.7.24, 1.6.20)',
        "choose one of these with --to; where the lists are old: apt-get update on paris-w1; Debian and Ubuntu keep one minor a release, Docker's repository has containerd.io of several",
      ),
    ],
  ])('%s', (_what, wish, daemon, owed, verdict) => expect(at(wish).check({ daemon, offers, owed })).toEqual(verdict));

  it('lifts its own hold only, and puts back every hold that was found, runc’s too', () => {
    const [line = ''] = at('2').typed({ daemon: daemonOf({ held: ['containerd', 'runc'] }), offers, owed: [] });
    expect(line).toContain('patiently apt-mark unhold containerd\n');
    expect(line).toContain('patiently apt-mark hold containerd runc');
    expect(line).toContain('--force-confold');
    expect(line).toContain(`containerd=${newDeb}`);
    expect(line).not.toContain('apt-get update');
  });

  it('takes Docker’s package for Docker’s package', () => {
    const own = { name: 'containerd.io', deb: '1.7.27-1', status: 'ii' };
    const docker = { ...offers, 'containerd.io': ['2.1.5-1~debian.12~bookworm', '1.7.28-1~debian.12~bookworm'] };
    const seen = { daemon: daemonOf({ package: own }), offers: docker, owed: [] };
    expect(at('1.7').check(seen)).toEqual(needed('containerd.io 1.7.27-1 → 1.7.28-1~debian.12~bookworm'));
  });
});
