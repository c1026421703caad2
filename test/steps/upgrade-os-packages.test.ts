import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { upgradeOsPackages } from '../../src/steps/upgrade-os-packages.ts';
import { bound, onWorker } from './values.ts';

const security = 'Debian-Security:12/stable-security';
const stable = 'Debian:12.12/stable';
const libc = { name: 'libc6', from: '2.36-9+deb12u8', to: '2.36-9+deb12u9', origins: security };
const kernel = { name: 'linux-image-6.1.0-41-amd64', to: '6.1.158-1', origins: `${stable}, ${security}` };

const at = (wish: object = {}) => bound(upgradeOsPackages, { lockSeconds: 300, ...wish }, onWorker());
const pinned = (line: string): readonly string[] =>
  [...line.matchAll(/Package: (\S+)/g)].flatMap(([, name]) => name ?? []);

describe('upgrade-os-packages', () => {
  it.each([
    ['nothing is offered', [], 0, satisfied],
    [
      'updates, and what is new with them',
      [libc, kernel],
      0,
      needed('libc6 2.36-9+deb12u8 → 2.36-9+deb12u9', 'linux-image-6.1.0-41-amd64 6.1.158-1 (new)'),
    ],
    ['nothing newer, and dpkg was interrupted', [], 2, needed('finish 2 that dpkg was interrupted in')],
  ])('%s', (_what, updates, unfinished, verdict) =>
    expect(at().check({ offered: { updates, unfinished } })).toEqual(verdict),
  );

  it('tells the first of many', () => {
    const updates = Array.from({ length: 40 }, (_, index) => ({ ...libc, name: `lib${index}` }));
    const verdict = at().check({ offered: { updates, unfinished: 0 } });
    expect(verdict).toMatchObject({ kind: 'needed', changes: { length: 13, 12: 'and 28 more' } });
  });

  it('what is not wanted is pinned, so that nothing pulls it along', () => {
    const [line = ''] = at({ exclude: 'containerd,tzdata' }).typed({ offered: { updates: [libc], unfinished: 0 } });
    expect(pinned(line)).toEqual([
      'kubeadm',
      'kubelet',
      'kubectl',
      'kubernetes-cni',
      'cri-tools',
      'containerd',
      'tzdata',
    ]);
    expect(line).toContain('apt-get upgrade -y -qq --with-new-pkgs --no-remove');
    expect(line).not.toContain('apt-get -s');
  });

  it('what is of no security archive is pinned by what apt says of it then', () => {
    const [line = ''] = at({ securityOnly: true }).typed({ offered: { updates: [libc], unfinished: 0 } });
    expect(line.indexOf('apt-get -s')).toBeGreaterThan(line.indexOf('dpkg --configure -a'));
    expect(line.indexOf('apt-get -s')).toBeLessThan(line.indexOf('apt-get upgrade -y'));
  });
});
