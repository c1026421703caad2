import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { returnKubeletConfiguration } from '../../src/steps/return-kubelet-configuration.ts';
import { allNodes, filesOf, withLine } from './kubelet-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(returnKubeletConfiguration, {}, onWorker());

describe('return-kubelet-configuration', () => {
  it('puts back what was kept before it is forgotten, and starts the kubelet with it', () => {
    const files = filesOf(withLine('maxPods: 110', 'maxPods: 150'), { kept: allNodes, writtenAt: 3000 });
    expect(step.check({ files })).toEqual(
      needed('put /var/lib/kubelet/config.yaml back as it was, and restart the kubelet'),
    );
    const [line = ''] = step.typed({ files });
    const order = [
      'mv -f /var/lib/kubelet/config.yaml.nodeops /var/lib/kubelet/config.yaml',
      'systemctl restart kubelet.service',
      'systemctl is-active --quiet kubelet.service',
      'rm -f /var/lib/nodeops/kubelet-config.yaml',
    ].map((part) => line.indexOf(part));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(order).not.toContain(-1);
  });

  it('leaves a change alone that was accepted', () => {
    expect(step.check({ files: filesOf(allNodes) })).toEqual(satisfied);
  });
});
