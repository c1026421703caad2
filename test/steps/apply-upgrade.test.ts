import { describe, expect, it } from 'vitest';
import { applyUpgrade } from '../../src/steps/apply-upgrade.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import {
  bound,
  installedAs,
  kubeProxy,
  kubeadmConfigOf,
  old,
  onControlPlane,
  packagesOf,
  staticPodsOf,
  target,
} from './values.ts';

const step = bound(applyUpgrade, { version: target, run: 'r1' }, onControlPlane());
const record = (exit?: number, version: string = target) => ({
  run: 'r1',
  unit: 'apply-upgrade-abcdef01-1-1',
  line: `kubeadm upgrade apply v${version} --yes`,
  version,
  startedAt: 1000,
  ...(exit === undefined ? {} : { exit }),
});
const before = {
  pods: staticPodsOf(old),
  config: kubeadmConfigOf(old),
  records: [],
  workloads: [kubeProxy(old)],
  packages: packagesOf(old, { kubeadm: installedAs(target) }),
};
/** Killed after upload-config: all but the add-ons looks finished (observed on the lab). */
const killedLate = { ...before, pods: staticPodsOf(target), config: kubeadmConfigOf(target) };
const { 'kube-scheduler': _gone, ...others } = staticPodsOf(old).components;
const { etcd: _etcd, ...withoutEtcd } = staticPodsOf(old).components;
const again = needed('kubeadm upgrade apply did not come to its end: it runs again');

describe('apply-upgrade', () => {
  it.each([
    ['before', before, needed('control plane 1.35.4 → 1.36.3')],
    ['killed before the end, nothing recorded', killedLate, again],
    ['killed before the end: it left no exit code', { ...killedLate, records: [record()] }, again],
    ['ended badly', { ...killedLate, records: [record(1)] }, again],
    ['another version ended well', { ...killedLate, records: [record(0, '1.36.1')] }, again],
    ['ended well, kube-proxy waits for the other control planes', { ...killedLate, records: [record(0)] }, satisfied],
    [
      'nothing recorded, but the last visible change is there',
      { ...killedLate, workloads: [kubeProxy(target)] },
      satisfied,
    ],
    [
      'the last visible change is there, but our own try was killed: kubeadm 1.35 goes on after it',
      { ...killedLate, records: [record()], workloads: [kubeProxy(target)] },
      again,
    ],
    [
      'another version was killed, and the last visible change of this one is there',
      { ...killedLate, records: [record(undefined, '1.36.1')], workloads: [kubeProxy(target)] },
      satisfied,
    ],
    [
      'a record says well, but the manifests are old',
      { ...before, records: [record(0)] },
      needed('control plane 1.35.4 → 1.36.3'),
    ],
    [
      'killed after the manifests, kubeadm-config old',
      { ...before, pods: staticPodsOf(target) },
      needed('control plane 1.36.3 → 1.36.3'),
    ],
    [
      'kubeadm is not there yet',
      { ...before, packages: packagesOf(old) },
      blocked('paris-cp1: kubeadm is 1.35.4, not 1.36.3', 'install kubeadm 1.36.3 on paris-cp1 first'),
    ],
    [
      'no kubeadm at all',
      { ...before, packages: { installed: {}, audit: '' } },
      blocked('paris-cp1: kubeadm is not installed, not 1.36.3', 'install kubeadm 1.36.3 on paris-cp1 first'),
    ],
    [
      'that of etcd is missing',
      { ...before, pods: { ...before.pods, components: withoutEtcd } },
      blocked(
        'paris-cp1 has no manifest of etcd in /etc/kubernetes/manifests',
        'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on paris-cp1',
      ),
    ],
    [
      'a manifest is missing, which kubeadm would refuse',
      { ...before, pods: { ...before.pods, components: others } },
      blocked(
        'paris-cp1 has no manifest of kube-scheduler in /etc/kubernetes/manifests',
        'put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on paris-cp1',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('types what a person would, with the proxies of the running manifests and the inventory’s options', () => {
    expect(step.typed(before)).toEqual(['paris-cp1: kubeadm upgrade apply v1.36.3 --yes']);
    const options = { ignorePreflightErrors: ['Swap'], patches: '/etc/kubeadm/patches' };
    const other = bound(applyUpgrade, { version: target, run: 'r1' }, onControlPlane('paris-cp1', options));
    const pods = staticPodsOf(old, { https_proxy: 'http://proxy:3128', no_proxy: '10.0.0.0/8,.local' });
    expect(other.typed({ ...before, pods })).toEqual([
      'paris-cp1: https_proxy=http://proxy:3128 no_proxy=10.0.0.0/8,.local kubeadm upgrade apply v1.36.3 --yes --ignore-preflight-errors=Swap --patches=/etc/kubeadm/patches',
    ]);
  });

  it('expects manifests and configuration at the target, and a record; kube-proxy may stay', () => {
    const after = step.after(before);
    expect(after).toMatchObject({
      config: { kubernetesVersion: target },
      workloads: before.workloads,
      pods: {
        components: {
          etcd: { version: '3.6.6-0' },
          'kube-apiserver': { version: target, image: 'registry.k8s.io/kube-apiserver:v1.36.3' },
        },
      },
    });
  });
});
