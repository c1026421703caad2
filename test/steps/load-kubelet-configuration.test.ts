import { describe, expect, it } from 'vitest';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { loadKubeletConfiguration } from '../../src/steps/load-kubelet-configuration.ts';
import { allNodes, filesOf, wishOf, withLine } from './kubelet-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(loadKubeletConfiguration, wishOf({ maxPods: 150, maxOpenFiles: 9 }), onWorker());
const running = { active: true, subState: 'running', needsReload: false, result: 'success' };
const failing = { active: false, subState: 'auto-restart', needsReload: false, result: 'exit-code' };
const more = withLine('maxPods: 110', 'maxPods: 150');
const written = filesOf(more, { writtenAt: 3000, kept: allNodes });
const restart = needed('restart the kubelet: it was started before its configuration was written');

describe('load-kubelet-configuration', () => {
  it.each([
    ['it was started before', written, running, restart],
    ['it was started after', filesOf(more), running, satisfied],
    ['it was started in the same second', filesOf(more, { writtenAt: 2000 }), running, satisfied],
    ['it was stopped', filesOf(more), { ...running, active: false, subState: 'dead' }, restart],
  ])('%s', (_what, files, unit, verdict) => expect(step.check({ files, unit })).toEqual(verdict));

  it('says what it gave up with, and what takes the change back everywhere', () => {
    const { startedAt: _ended, ...files } = written;
    const log = { lastError: 'E1123 "command failed" err="grace period must be specified"' };
    expect(step.check({ files, unit: failing, log })).toEqual(
      pending(
        `the kubelet to run with its new configuration (auto-restart): ${log.lastError}`,
        "its old configuration is put back; for those to come as well: nodeops kubelet config --set 'maxPods=110' --set 'maxOpenFiles=null'",
      ),
    );
  });

  it('restarts it', () => {
    expect(step.typed({ files: written, unit: running })).toEqual(['paris-w1: systemctl restart kubelet']);
  });
});
