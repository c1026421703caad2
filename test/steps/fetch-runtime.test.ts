import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { fetchRuntime } from '../../src/steps/fetch-runtime.ts';
import { daemonOf, daemonThere, newDeb, offers } from './runtime-values.ts';
import { bound, onWorker } from './values.ts';

const at = (runtime: string) => bound(fetchRuntime, { runtime, lockSeconds: 300 }, onWorker());
const there = { containerd: { [newDeb]: `containerd_${newDeb}_amd64.deb` } };

describe('fetch-runtime', () => {
  it.each([
    ['it is not there yet', '2', daemonOf(), {}, needed('download containerd 2.1.5-1')],
    ['another version was downloaded', '1.7', daemonOf(), there, needed('download containerd 1.7.24~ds1-6')],
    ['it is among the archives', '2.1.5', daemonOf(), there, satisfied],
    ['it is installed', '2', daemonThere(), {}, satisfied],
    ['nothing fits: another step says so', '3', daemonOf(), {}, satisfied],
    [
      'a dpkg that was killed left it unpacked: its archive was there',
      '2',
      daemonOf({ package: { name: 'containerd', deb: newDeb, status: 'iU' } }),
      {},
      satisfied,
    ],
  ])('%s', (_what, wish, daemon, fetched, verdict) =>
    expect(at(wish).check({ daemon, offers, fetched })).toEqual(verdict),
  );

  it('downloads the exact version, held or not, and installs nothing', () => {
    const [line] = at('2').typed({ daemon: daemonOf(), offers, fetched: {} });
    expect(line).toContain('--download-only --no-remove --allow-change-held-packages');
    expect(line).toContain(`containerd=${newDeb}`);
  });
});
