import { describe, expect, it } from 'vitest';
import { wayBackPackages } from '../../src/gates/way-back-packages.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { pointOf, pointWithDebs } from '../steps/points.ts';
import { bound, installedAs, offersOf, onWorker, packagesOf } from '../steps/values.ts';

const gate = bound(wayBackPackages, { version: '1.36.3' }, onWorker());
const names = ['kubeadm', 'kubelet', 'kubectl'];
const archived = (...of: readonly string[]) =>
  Object.fromEntries(of.map((name) => [name, { '1.35.4-1.1': `${name}_1.35.4-1.1_amd64.deb` }]));
const now = {
  state: packagesOf('1.35.4'),
  offered: { ...offersOf('1.35.4'), minor: '1.35' },
  archives: {},
  points: [],
};
const newest = { ...offersOf('1.35.9'), minor: '1.35' };
const unreadable = { minor: '1.35', offers: offersOf('1.35.4').offers, problem: 'E: no such host' };
/** What runs before the kubelet's turn. */
const halfWay = packagesOf('1.35.4', { kubeadm: installedAs('1.36.3') });
const kept = Object.fromEntries(names.map((name) => [name, { version: '1.35.4-1.1', held: true }]));

const lacking = (what: string, why: string, fix: string) =>
  judged(
    [],
    [
      {
        because: `paris-w1: a way back could not install ${what}: ${why}, and the node has no archives of them`,
        fix: `bring the mirror up to date; or ${fix}`,
      },
    ],
  );
const repack = (what: string) =>
  `on paris-w1, make archives of what is installed: apt-get install -y dpkg-repack && cd /var/cache/apt/archives && dpkg-repack ${what}`;
const all = 'kubeadm 1.35.4-1.1, kubelet 1.35.4-1.1, kubectl 1.35.4-1.1';

describe('way-back-packages', () => {
  it.each([
    ['offered', now, satisfied],
    [
      'only a newer patch is offered',
      { ...now, offered: newest },
      lacking(all, 'the repository of v1.35 does not offer them', repack('kubeadm kubelet kubectl')),
    ],
    ['apt has the archives', { ...now, offered: newest, archives: archived(...names) }, satisfied],
    [
      'apt has some of them',
      { ...now, offered: newest, archives: archived('kubeadm', 'kubectl') },
      lacking('kubelet 1.35.4-1.1', 'the repository of v1.35 does not offer them', repack('kubelet')),
    ],
    ['a restore point has them', { ...now, offered: newest, points: [pointWithDebs({ run: 'r0' })] }, satisfied],
    [
      'a restore point has others',
      { ...now, offered: newest, points: [pointOf()] },
      lacking(all, 'the repository of v1.35 does not offer them', repack('kubeadm kubelet kubectl')),
    ],
    [
      'another packaging of the same version is another package',
      { ...now, offered: { minor: '1.35', offers: Object.fromEntries(names.map((name) => [name, ['1.35.4-2.1']])) } },
      lacking(all, 'the repository of v1.35 does not offer them', repack('kubeadm kubelet kubectl')),
    ],
    [
      'a repository that cannot be read: what it once had counts for nothing',
      { ...now, offered: unreadable },
      lacking(all, 'the repository of v1.35 cannot be read: E: no such host', repack('kubeadm kubelet kubectl')),
    ],
    [
      'no repository',
      { ...now, offered: undefined },
      lacking(all, 'no apt source offers Kubernetes packages', repack('kubeadm kubelet kubectl')),
    ],
    ['on the target, and never anywhere else', { ...now, state: packagesOf('1.36.3'), offered: undefined }, satisfied],
    [
      'kubectl is not there',
      {
        ...now,
        state: { audit: '', installed: { kubeadm: installedAs('1.35.4'), kubelet: installedAs('1.35.4') } },
        offered: { minor: '1.35', offers: { kubeadm: ['1.35.4-1.1'], kubelet: ['1.35.4-1.1'] } },
      },
      satisfied,
    ],
    [
      'half-way: what it kept says what it was',
      { ...now, state: halfWay, offered: newest, points: [pointOf({ packages: kept })] },
      lacking(
        all,
        'the repository of v1.35 does not offer them',
        'copy the archives from a node that has them to paris-w1:/var/cache/apt/archives',
      ),
    ],
    [
      'done: what it kept says what it was',
      { ...now, state: packagesOf('1.36.3'), offered: newest, points: [pointWithDebs({ packages: kept })] },
      satisfied,
    ],
  ])('%s', (_what, seen, verdict) => expect(gate.check(seen)).toEqual(verdict));
});
