import { describe, expect, it } from 'vitest';
import type { InstalledPackage } from '../../src/facts/packages.ts';
import type { RecoveryHost } from '../../src/facts/recovery-host.ts';
import { bareHost } from '../../src/gates/bare-host.ts';
import { blocksOf, satisfied } from '../../src/model/verdict.ts';
import { bareHostSeen } from '../steps/recovery-values.ts';
import { restore } from '../steps/restore-values.ts';
import { bound, onControlPlane, onWorker } from '../steps/values.ts';

const held = (version: string): InstalledPackage => ({ version, status: 'hi', held: true });
const installed = { kubeadm: held('1.35.4-1.1'), kubelet: held('1.35.4-1.1'), kubectl: held('1.35.4-1.1') };
const wish = { restore, version: '1.35.4' };
const onFirst = bound(bareHost, wish, onControlPlane());
const onOther = bound(bareHost, wish, onWorker());
const sight = (host: Partial<RecoveryHost> = {}, packages: Readonly<Record<string, InstalledPackage>> = installed) => ({
  host: bareHostSeen(host),
  packages: { installed: packages, audit: '' },
});
const told = (step: typeof onFirst, seen: ReturnType<typeof sight>): readonly string[] => {
  const verdict = step.check(seen);
  return verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : [];
};
const remains = ['/etc/kubernetes/manifests/etcd.yaml', '/etc/kubernetes/admin.conf', '/a', '/b'];

describe('bare-host', () => {
  it('passes a host that has what a node needs, and nothing of a cluster', () => {
    expect(onFirst.check(sight())).toEqual(satisfied);
    expect(onOther.check(sight({}, {}))).toEqual(satisfied);
  });

  it('passes what this restore has left, and nothing that another one has', () => {
    expect(onFirst.check(sight({ remains, marks: { [restore]: ['host'] } }))).toEqual(satisfied);
    expect(told(onFirst, sight({ remains, marks: { '2-2026-11-21-235810-875f': ['host', 'done'] } }))).toEqual([
      'paris-cp1 is or was a node of a cluster: /etc/kubernetes/manifests/etcd.yaml, /etc/kubernetes/admin.conf, /a, and 1 more',
    ]);
  });

  it('names everything that it lacks at once', () =>
    expect(
      told(
        onFirst,
        sight(
          { runtime: false, plugins: { directory: '/usr/lib/cni', there: false } },
          { kubelet: held('1.35.4-1.1') },
        ),
      ),
    ).toEqual([
      'containerd does not run on paris-cp1, or has no socket at /run/containerd/containerd.sock',
      'paris-cp1 has no CNI plugins in /usr/lib/cni (loopback is missing)',
      'paris-cp1 is to be a control plane, and has no kubectl',
    ]));

  it('asks for a route: an address is announced by it', () => {
    const { address: _address, ...nowhere } = bareHostSeen();
    expect(told(onOther, { ...sight(), host: nowhere })).toEqual([
      'paris-w1 has no route that says which address it is reached at',
    ]);
  });

  it('does not ask for plugins before the package that brings them', () =>
    expect(told(onOther, sight({ plugins: { directory: '/opt/cni/bin', there: false } }, {}))).toEqual([]));
});
