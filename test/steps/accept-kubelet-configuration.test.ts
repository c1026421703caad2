import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { acceptKubeletConfiguration } from '../../src/steps/accept-kubelet-configuration.ts';
import { allNodes, filesOf } from './kubelet-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(acceptKubeletConfiguration, {}, onWorker());

describe('accept-kubelet-configuration', () => {
  it('leaves nothing that would be put back', () => {
    const files = filesOf(allNodes, { kept: allNodes });
    expect(step.check({ files })).toEqual(needed('the old one stays as /var/lib/nodeops/kubelet-config.yaml.before'));
    expect(step.typed({ files })).toEqual([
      'paris-w1: mv -f /var/lib/nodeops/kubelet-config.yaml /var/lib/nodeops/kubelet-config.yaml.before',
    ]);
    expect(step.after({ files })).toEqual({ files: filesOf(allNodes) });
  });

  it('has nothing to do where nothing was begun', () => {
    expect(step.check({ files: filesOf(allNodes) })).toEqual(satisfied);
  });
});
