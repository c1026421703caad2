import { describe, expect, it } from 'vitest';
import { applyAddon } from '../../src/steps/apply-addon.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { api, bound, kubectlLine, onCluster, workload } from './values.ts';

const health = [{ namespace: 'kube-system', resource: 'daemonset/kindnet' }];
const manifest = { kind: 'manifest', file: 'cni.yaml', text: 'kind: DaemonSet' };
const command = { kind: 'command', argv: ['helm', 'upgrade', 'cni'], check: ['helm', 'test', 'cni'] };
const addon = (work: object) => ({ addon: { name: 'cni', work, health, timeoutMs: 60_000 } });
const byManifest = bound(applyAddon, addon(manifest), onCluster);
const byCommand = bound(applyAddon, addon(command), onCluster);

const kindnet = workload('DaemonSet', 'kindnet', 'kindnetd:v2');
const same = { difference: { differs: false, text: '' } };
const passed = { passed: { passed: true, output: '' } };
const failed = { passed: { passed: false, output: 'no release' } };
const rollsOut = pending('kube-system/daemonset/kindnet to be rolled out');

describe('apply-addon', () => {
  it.each([
    ['differs', byManifest, { workloads: [kindnet], difference: { differs: true, text: '+a' } }, needed('apply cni')],
    ['is there and works', byManifest, { workloads: [kindnet], ...same }, satisfied],
    ['is there and rolls out', byManifest, { workloads: [{ ...kindnet, ready: 2 }], ...same }, rollsOut],
    ['is there, its workload is not', byManifest, { workloads: [], ...same }, rollsOut],
    [
      'another kind of that name does not count',
      byManifest,
      { workloads: [{ ...kindnet, kind: 'Deployment' }], ...same },
      rollsOut,
    ],
    [
      'another namespace does not count',
      byManifest,
      { workloads: [{ ...kindnet, namespace: 'x' }], ...same },
      rollsOut,
    ],
    ['its check fails', byCommand, { workloads: [kindnet], ...failed }, needed('run helm upgrade cni')],
    ['its check passes', byCommand, { workloads: [kindnet], ...passed }, satisfied],
    ['its check passes, it rolls out', byCommand, { workloads: [], ...passed }, rollsOut],
  ])('%s', (_what, step, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('applies a manifest server-side, from standard input', () => {
    const seen = { workloads: [], difference: { differs: true, text: '' } };
    expect(byManifest.typed(seen)).toEqual([
      `paris-cp1: ${kubectlLine} apply --server-side --field-manager=nodeops --force-conflicts --filename=-`,
    ]);
    expect(byManifest.apply(seen, api)).toMatchObject([{ command: { stdin: manifest.text } }]);
  });

  it('runs a command detached, as kubectl’s user of that control plane', () => {
    const seen = { workloads: [], ...failed };
    expect(byCommand.typed(seen)).toEqual(['paris-cp1: KUBECONFIG=/etc/kubernetes/admin.conf helm upgrade cni']);
    expect(byCommand.apply(seen, api)).toMatchObject([{ command: { lifetime: 'detached', timeoutMs: 60_000 } }]);
  });

  it('looks at what its kind of work needs, and waits as long as the inventory says', () => {
    expect([byManifest, byCommand].map(({ facts }) => Object.values(facts).map(({ key }) => key))).toEqual([
      ['workloads', 'manifest-difference cni'],
      ['workloads', 'command-check cni'],
    ]);
    expect(byManifest.limits).toEqual({ pendingMs: 60_000, attempts: 1 });
  });
});
