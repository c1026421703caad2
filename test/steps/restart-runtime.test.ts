import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { restartRuntime } from '../../src/steps/restart-runtime.ts';
import { daemonOf, daemonThere } from './runtime-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(restartRuntime, {}, onWorker());
const kept = '1.6.20~ds1';
const { running: _silent, ...silent } = daemonOf();

describe('restart-runtime', () => {
  it.each([
    ['all as it should be', daemonOf(), satisfied],
    [
      'the old one still runs',
      daemonThere({ running: kept }),
      needed('restart containerd: 1.6.20~ds1 still runs', 'restart the kubelet'),
    ],
    ['it does not answer', silent, needed('restart containerd: it does not answer', 'restart the kubelet')],
    [
      'it is stopped',
      daemonOf({ active: false }),
      needed('restart containerd: it does not answer', 'restart the kubelet'),
    ],
    [
      'its configuration was written in a change of ours',
      daemonThere({ kept, writtenAt: 2001 }),
      needed('restart containerd: it was started before its configuration was written', 'restart the kubelet'),
    ],
    ['somebody else wrote it', daemonThere({ writtenAt: 2001 }), satisfied],
    [
      'the package restarted it beneath its kubelet',
      daemonThere({ kept, startedAt: 2200 }),
      needed('restart the kubelet: it was started before its runtime'),
    ],
    ['somebody else restarted it', daemonThere({ startedAt: 2200 }), satisfied],
  ])('%s', (_what, daemon, verdict) => expect(step.check({ daemon })).toEqual(verdict));

  it('restarts the kubelet alone where that is all', () => {
    expect(step.typed({ daemon: daemonThere({ kept, startedAt: 2200 }) })).toEqual([
      'paris-w1: systemctl restart kubelet',
    ]);
    expect(step.typed({ daemon: daemonThere({ running: kept }) })).toEqual([
      'paris-w1: systemctl daemon-reload',
      'paris-w1: systemctl restart containerd',
      'paris-w1: systemctl restart kubelet',
    ]);
  });
});
