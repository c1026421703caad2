import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { writeKubeletConfiguration } from '../../src/steps/write-kubelet-configuration.ts';
import { allNodes, configOf, filesOf, wishOf, withLine } from './kubelet-values.ts';
import { bound, onControlPlane, onWorker } from './values.ts';

const more = withLine('maxPods: 110', 'maxPods: 150');
const step = bound(writeKubeletConfiguration, wishOf({ maxPods: 150 }), onWorker());
const seen = (files = filesOf(allNodes), raw = more) => ({ config: configOf(raw), files });
const change = needed(
  ' kind: KubeletConfiguration',
  '-maxPods: 110',
  '+maxPods: 150',
  ' resolvConf: /etc/kubernetes/resolv.conf',
);

describe('write-kubelet-configuration', () => {
  it.each([
    ['its file is of before', seen(), change],
    ['its file has it', seen(filesOf(more)), satisfied],
    ['its file has it as kubeadm writes it', seen(filesOf(`${more}maxOpenFiles: 1\n`)), satisfied],
    ['a value of its own goes before', seen(filesOf(allNodes, { own: { maxPods: 110 } })), satisfied],
    ['its own value is not in the file yet', seen(filesOf(allNodes, { own: { maxPods: 150 } })), change],
    [
      'a patch in JSON is about it: what comes of that is not foretold',
      seen(filesOf(allNodes, { untold: ['maxPods'] })),
      satisfied,
    ],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));

  it('stops where the ConfigMap says something else again', () => {
    expect(step.check(seen(filesOf(allNodes), allNodes))).toEqual(
      expect.objectContaining({ kind: 'blocked', because: expect.stringContaining('somebody changed it meanwhile') }),
    );
  });

  it('has kubeadm write it, with the patches of the inventory', () => {
    expect(step.typed(seen())).toEqual(['paris-w1: kubeadm upgrade node phase kubelet-config']);
    const patching = onControlPlane('paris-cp1', { ignorePreflightErrors: [], patches: '/etc/kubernetes/patches' });
    expect(bound(writeKubeletConfiguration, wishOf({ maxPods: 150 }), patching).typed(seen())).toEqual([
      'paris-cp1: kubeadm upgrade node phase kubelet-config --patches=/etc/kubernetes/patches',
    ]);
  });

  it('leaves a kubelet that has not read it', () => {
    const { files } = step.after(seen());
    expect(files).toEqual(
      expect.objectContaining({ settings: filesOf(more).settings, writtenAt: 2001, startedAt: 2000 }),
    );
  });
});
