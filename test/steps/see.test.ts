import { describe, expect, it } from 'vitest';
import type { Observed } from '../../src/model/observed.ts';
import { blocked, judged, pending } from '../../src/model/verdict.ts';
import { judge } from '../../src/steps/see.ts';
import { restartKubelet } from '../../src/steps/restart-kubelet.ts';
import { versionWay } from '../../src/gates/version-way.ts';
import { onCluster, onWorker } from './values.ts';

const step = restartKubelet.bind({}, onWorker());
const value = (of: unknown): Observed<unknown> => ({ kind: 'value', value: of, at: 0, from: 'paris-w1' });
const absent: Observed<unknown> = { kind: 'absent' };
const away: Observed<unknown> = { kind: 'unavailable', why: 'w1 does not answer\nat all' };
const torn: Observed<unknown> = { kind: 'unreadable', text: 'a\nb\nc\nd', from: 'paris-w1' };

const seeing = (unit: Observed<unknown>, version: Observed<unknown>, log: Observed<unknown>) =>
  judge(step, ({ id }) => ({ 'kubelet-unit': unit, 'kubelet-versions': version })[id] ?? log);

describe('what a step sees', () => {
  it('plain values, and nothing of an optional fact that is absent', () => {
    expect(seeing(value('unit'), value('version'), absent).seen).toEqual({ unit: 'unit', version: 'version' });
    expect(seeing(value('unit'), value('version'), value('log')).seen).toEqual({
      unit: 'unit',
      version: 'version',
      log: 'log',
    });
  });

  it.each([
    ['unavailable: wait', value(1), away, absent, pending('kubelet-versions: w1 does not answer | at all')],
    [
      'an optional fact that is unavailable: wait',
      value(1),
      value(1),
      away,
      pending('kubelet-log: w1 does not answer | at all'),
    ],
    [
      'absent though it must be there',
      absent,
      value(1),
      absent,
      blocked(
        'kubelet-unit was not found on the node',
        'see `nodeops facts`; kubeadm puts it there, so ask what removed it',
      ),
    ],
    [
      'unreadable',
      value(1),
      torn,
      absent,
      blocked(
        'kubelet-versions cannot be understood: a | b | c',
        'look at it on paris-w1, and report the text if it is as the program prints it',
      ),
    ],
    [
      'what no waiting helps goes before what may pass',
      away,
      torn,
      absent,
      expect.objectContaining({ kind: 'blocked' }),
    ],
  ])('%s', (_what, unit, version, log, verdict) => expect(seeing(unit, version, log)).toEqual({ verdict }));
});

describe('a gate that the operator waived', () => {
  const gate = versionWay.bind({ version: '1.36.3' }, onCluster);
  const waived = { ...gate, waiver: 'CHG-1' };
  const judgeOn = (bound: typeof gate, config: Observed<unknown>) =>
    judge(bound, ({ id }) => (id === 'kubeadm-config' ? config : value([]))).verdict;

  it.each([
    [
      'what stands in the way is a warning',
      value({ kubernetesVersion: '1.34.4' }),
      judged(
        [],
        [
          {
            because: 'waived (CHG-1): 1.36.3 is 2 minors above 1.34.4, and kubeadm goes one at a time',
            fix: 'with all control planes the run goes over 1.35 by itself: leave out --limit and --only',
          },
        ],
      ),
    ],
    [
      'what cannot be seen is one as well',
      away,
      judged([], [{ because: 'waived (CHG-1): kubeadm-config: w1 does not answer | at all', fix: '' }]),
    ],
    ['nothing is said where it holds', value({ kubernetesVersion: '1.35.4' }), judged([], [])],
  ])('%s', (_what, config, verdict) => {
    expect(judgeOn(waived, config)).toEqual(verdict);
  });
});
