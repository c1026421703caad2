import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { verifyKubeletConfiguration } from '../../src/steps/verify-kubelet-configuration.ts';
import { allNodes, filesOf, wishOf, withLine } from './kubelet-values.ts';
import { bound, onWorker } from './values.ts';

const more = withLine('maxPods: 110', 'maxPods: 150\nsyncFrequency: 1m30s', withLine('syncFrequency: 0s', ''));
const files = filesOf(more, { kept: allNodes });
const step = bound(verifyKubeletConfiguration, wishOf({ maxPods: 150, syncFrequency: '90s' }), onWorker());
const told = (settings: object) => ({ kind: 'told', settings: { syncFrequency: '1m30s', maxPods: 150, ...settings } });

describe('verify-kubelet-configuration', () => {
  it('is content where the kubelet runs with it, however it writes it', () => {
    expect(step.check({ files, running: told({}) })).toEqual(satisfied);
    expect(step.check({ files, running: told({ syncFrequency: '90s' }) })).toEqual(satisfied);
  });

  it('is content with whatever the kubelet takes for what was taken away', () => {
    const without = bound(verifyKubeletConfiguration, wishOf({ maxPods: null }), onWorker());
    expect(without.check({ files: filesOf(withLine('maxPods: 110', '')), running: told({ maxPods: 110 }) })).toEqual(
      satisfied,
    );
  });

  it('waits for one that runs with something else, and says what takes it back', () => {
    expect(step.check({ files, running: told({ maxPods: 110 }) })).toEqual({
      kind: 'pending',
      waitingFor:
        'the kubelet to run with maxPods 150 (it runs with 110); a flag of its command line goes before the file',
      fix: `its old configuration is put back; for those to come as well: nodeops kubelet config --set 'maxPods=110' --set 'syncFrequency="0s"'`,
    });
  });

  it('waits for one that says nothing, with what it said last', () => {
    const running = { kind: 'silent', why: 'the kubelet behind it does not answer: connection refused' };
    expect(step.check({ files, running, log: { lastError: 'E1123 failed' } })).toEqual(
      expect.objectContaining({
        kind: 'pending',
        waitingFor: `the kubelet to say what it runs with: ${running.why}; E1123 failed`,
      }),
    );
  });
});
