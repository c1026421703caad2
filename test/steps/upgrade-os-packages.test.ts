import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { upgradeOsPackages } from '../../src/steps/upgrade-os-packages.ts';
import { bound, onWorker } from './values.ts';

const security = 'Debian-Security:12/stable-security';
const stable = 'Debian:12.12/stable';
const libc = { name: 'libc6', from: '2.36-9+deb12u8', to: '2.36-9+deb12u9', origins: security };
const tzdata = { name: 'tzdata', from: '2024a', to: '2025b', origins: stable };
const kernel = { name: 'linux-image-6.1.0-41-amd64', to: '6.1.158-1', origins: `${stable}, ${security}` };
const kubelet = { name: 'kubelet', from: '1.35.4-1.1', to: '1.35.5-1.1', origins: 'kubernetes' };

const at = (wish: object = {}) => bound(upgradeOsPackages, { lockSeconds: 300, ...wish }, onWorker());
const pinned = (line: string): readonly string[] =>
  [...line.matchAll(/Package: (\S+)/g)].flatMap(([, name]) => name ?? []);

describe('upgrade-os-packages', () => {
  it.each([
    ['nothing is offered', {}, [], satisfied],
    [
      'updates, and what is new with them',
      {},
      [libc, kernel],
      needed('libc6 2.36-9+deb12u8 → 2.36-9+deb12u9', 'linux-image-6.1.0-41-amd64 6.1.158-1 (new)'),
    ],
    ['packages of Kubernetes, held or not, are for an upgrade of the cluster', {}, [kubelet], satisfied],
    ['only of security', { securityOnly: true }, [tzdata], satisfied],
    [
      'of both archives counts as of security',
      { securityOnly: true },
      [kernel, tzdata],
      needed('linux-image-6.1.0-41-amd64 6.1.158-1 (new)'),
    ],
    ['left out by name', { exclude: 'tzdata,libc6' }, [tzdata, libc], satisfied],
  ])('%s', (_what, wish, updates, verdict) => expect(at(wish).check({ updates })).toEqual(verdict));

  it('tells the first of many', () => {
    const updates = Array.from({ length: 40 }, (_, index) => ({ ...libc, name: `lib${index}` }));
    const verdict = at().check({ updates });
    expect(verdict).toMatchObject({ kind: 'needed', changes: { length: 13, 12: 'and 28 more' } });
  });

  it('what is not wanted is pinned, so that nothing pulls it along', () => {
    const [line = ''] = at({ securityOnly: true, exclude: 'containerd' }).typed({ updates: [libc, tzdata, kubelet] });
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
  });

  it('expects no more than was wanted', () => {
    expect(at({ exclude: 'tzdata' }).after({ updates: [libc, tzdata] })).toEqual({ updates: [tzdata] });
  });
});
