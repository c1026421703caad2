import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { keepKubeletConfiguration } from '../../src/steps/keep-kubelet-configuration.ts';
import { allNodes, filesOf, withLine } from './kubelet-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(keepKubeletConfiguration, {}, onWorker());

describe('keep-kubelet-configuration', () => {
  it('keeps the file as it is', () => {
    const files = filesOf(allNodes);
    expect(step.check({ files })).toEqual(needed('keep /var/lib/kubelet/config.yaml as it is'));
    expect(step.after({ files })).toEqual({ files: { ...files, kept: allNodes } });
  });

  it('what was kept before a change that was begun stays what is put back', () => {
    const files = filesOf(withLine('maxPods: 110', 'maxPods: 150'), { kept: allNodes });
    expect(step.check({ files })).toEqual(satisfied);
  });
});
