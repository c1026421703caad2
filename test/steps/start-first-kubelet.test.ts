import { describe, expect, it } from 'vitest';
import { startFirstKubelet as command } from '../../src/commands/recovery.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { startFirstKubelet } from '../../src/steps/start-first-kubelet.ts';
import { cameTo, restore, untouched } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(startFirstKubelet, { restore }, onControlPlane());
const unit = runningKubelet;

describe('start-first-kubelet', () => {
  it('configures one that was never configured, also where it is not installed yet', () => {
    expect(step.check({ restores: untouched, unit: undefined })).toMatchObject({ kind: 'needed' });
    expect(step.check({ restores: untouched, unit })).toMatchObject({ kind: 'needed' });
    expect(step.typed({ restores: untouched, unit })).toEqual([`paris-cp1: ${quote(command(restore).argv)}`]);
  });

  it('waits until it runs', () => {
    expect(step.check({ restores: cameTo('kubelet'), unit })).toEqual(satisfied);
    expect(
      step.check({ restores: cameTo('kubelet'), unit: { ...unit, active: false, subState: 'auto-restart' } }),
    ).toMatchObject({ kind: 'pending', waitingFor: 'the kubelet of paris-cp1 to run (auto-restart)' });
  });
});
