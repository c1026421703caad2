import { describe, expect, it } from 'vitest';
import { kubeletFileAsWritten } from '../../src/gates/kubelet-file-as-written.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { allNodes, configOf, filesOf, wishOf, withLine } from '../steps/kubelet-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const gate = bound(kubeletFileAsWritten, wishOf({ maxPods: 150 }), onWorker());
const check = (files: ReturnType<typeof filesOf>, raw = allNodes) => gate.check({ config: configOf(raw), files });

describe('kubelet-file-as-written', () => {
  it.each([
    ['as kubeadm wrote it', filesOf(allNodes)],
    ['the change is there already', filesOf(withLine('maxPods: 110', 'maxPods: 150'))],
    [
      'what each node has of its own',
      filesOf(withLine('resolvConf: /etc/kubernetes/resolv.conf', 'resolvConf: /run/systemd/resolve/resolv.conf')),
    ],
    ['what is not set is written otherwise', filesOf(withLine('syncFrequency: 0s', ''))],
    [
      'a setting of its own',
      filesOf(withLine('- 10.96.0.10', '- 169.254.20.10'), { own: { clusterDNS: ['169.254.20.10'] } }),
    ],
    [
      'a setting that a patch in JSON is about',
      filesOf(withLine('- 10.96.0.10', '- 169.254.20.10'), { untold: ['clusterDNS'] }),
    ],
  ])('%s', (_what, files) => expect(check(files)).toEqual(satisfied));

  it('tells what would go, and what would come', () => {
    expect(check(filesOf(withLine('- 10.96.0.10', '- 169.254.20.10')))).toEqual(
      expect.objectContaining({
        kind: 'blocked',
        because:
          'paris-w1: /var/lib/kubelet/config.yaml is not what kubeadm writes from the ConfigMap kubelet-config, and is written anew:\n clusterDNS:\n-- 169.254.20.10\n+- 10.96.0.10',
      }),
    );
  });

  it('warns where the node keeps a setting that the change is about', () => {
    expect(check(filesOf(allNodes, { own: { maxPods: 110 } }))).toEqual({
      kind: 'satisfied',
      warnings: [expect.objectContaining({ because: 'paris-w1 keeps what is its own: maxPods (110 here)' })],
    });
  });
});
