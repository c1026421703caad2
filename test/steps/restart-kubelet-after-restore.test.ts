import { describe, expect, it } from 'vitest';
import { restartKubeletOnce } from '../../src/commands/etcd-restore.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { restartKubeletAfterRestore } from '../../src/steps/restart-kubelet-after-restore.ts';
import { restore, untouched } from './restore-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(restartKubeletAfterRestore, { restore }, onWorker());
const unit = runningKubelet;
const after = (name: string) => ({ ...untouched, restores: [{ name, marks: ['kubelet' as const] }] });

describe('restart-kubelet-after-restore', () => {
  it('restarts it once for each restore, also where it runs', () => {
    expect(step.check({ restores: untouched, unit })).toMatchObject({ kind: 'needed' });
    expect(step.check({ restores: after('2-2026-11-21-235810-875f'), unit })).toMatchObject({ kind: 'needed' });
    expect(step.check({ restores: after(restore), unit })).toEqual(satisfied);
    expect(step.typed({ restores: untouched, unit })).toEqual([`paris-w1: ${quote(restartKubeletOnce(restore).argv)}`]);
  });

  it('waits until it runs', () =>
    expect(
      step.check({ restores: after(restore), unit: { ...unit, active: false, subState: 'auto-restart' } }),
    ).toMatchObject({ kind: 'pending', waitingFor: 'the kubelet of paris-w1 to run (auto-restart)' }));
});
