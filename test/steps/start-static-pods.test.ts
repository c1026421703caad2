import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { startStaticPods } from '../../src/steps/start-static-pods.ts';
import { cameTo, stopped } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const of = (...components: readonly string[]) => bound(startStaticPods, { components }, onControlPlane());
const [etcd, api] = [of('etcd'), of('kube-apiserver')];
const back = cameTo('swapped');

describe('start-static-pods', () => {
  it('puts back what was taken away', () => {
    expect(etcd.check({ restores: stopped('swapped') })).toEqual(needed('put back etcd.yaml'));
    const [line] = etcd.typed({ restores: stopped('swapped') });
    expect(line).toContain('point=/var/lib/nodeops-etcd/away');
    expect(line).toContain('for file in /etc/kubernetes/manifests/etcd.yaml; do');
  });

  it('waits for the process; of an API server until it is ready', () => {
    expect(etcd.check({ restores: { ...back, processes: {} } })).toMatchObject({
      kind: 'pending',
      waitingFor: 'etcd on paris-cp1 to start',
    });
    expect(etcd.check({ restores: back })).toEqual(satisfied);
    expect(api.check({ restores: back })).toMatchObject({ kind: 'pending' });
    expect(api.check({ restores: back, api: { ready: false, detail: 'etcd failed' } })).toMatchObject({
      waitingFor: 'the API server of paris-cp1 to be ready: etcd failed',
    });
    expect(api.check({ restores: back, api: { ready: true, detail: 'ok' } })).toEqual(satisfied);
  });

  it('says where a manifest can be had that is nowhere', () => {
    const lost = { ...stopped('swapped'), manifests: { 'kube-apiserver': 'away' as const } };
    expect(etcd.check({ restores: lost })).toMatchObject({
      kind: 'blocked',
      fix: expect.stringContaining('node-paris-cp1.tar'),
    });
  });
});
