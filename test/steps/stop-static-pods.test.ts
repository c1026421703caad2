import { describe, expect, it } from 'vitest';
import { takeManifestsAway } from '../../src/commands/etcd-restore.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { stopStaticPods } from '../../src/steps/stop-static-pods.ts';
import { cameTo, restore, stopped, untouched } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const wanted = ['kube-apiserver', 'kube-scheduler'];
const step = bound(stopStaticPods, { restore, components: wanted }, onControlPlane());

describe('stop-static-pods', () => {
  it('takes away by name what is there, and nothing else', () => {
    expect(step.check({ restores: untouched })).toEqual(needed('take away kube-apiserver.yaml, kube-scheduler.yaml'));
    const half = { ...untouched, manifests: { ...untouched.manifests, 'kube-apiserver': 'away' as const } };
    expect(step.check({ restores: half })).toEqual(needed('take away kube-scheduler.yaml'));
    expect(step.typed({ restores: half })).toEqual([`paris-cp1: ${quote(takeManifestsAway(['kube-scheduler']).argv)}`]);
  });

  it('waits until the processes are gone: a manifest that is away has ended nothing yet', () => {
    const dying = { ...stopped(), processes: { 'kube-apiserver': [610, 611], etcd: [629] } };
    expect(step.check({ restores: dying })).toMatchObject({
      kind: 'pending',
      waitingFor: 'kube-apiserver (process 610), kube-apiserver (process 611) on paris-cp1 to end',
    });
    expect(step.check({ restores: stopped() })).toEqual(satisfied);
  });

  it('stops nothing again once the restored data are in their place', () =>
    expect(step.check({ restores: cameTo('staged', 'restored', 'swapped') })).toEqual(satisfied));

  it('knows kubeadm’s own manifests only', () =>
    expect(() => bound(stopStaticPods, { restore, components: ['kube-vip'] }, onControlPlane())).toThrow(
      'Invalid option',
    ));
});
