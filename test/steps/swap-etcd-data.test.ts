import { describe, expect, it } from 'vitest';
import { swapData } from '../../src/commands/etcd-restore.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { swapEtcdData } from '../../src/steps/swap-etcd-data.ts';
import { cameTo, restore, stopped } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(swapEtcdData, { restore }, onControlPlane());

describe('swap-etcd-data', () => {
  it('says what becomes of the old data', () => {
    const restored = stopped('staged', 'restored');
    expect(step.check({ restores: restored })).toEqual(needed('keep the old data beside the restored ones'));
    expect(step.check({ restores: { ...restored, hasMember: false } })).toEqual(
      needed('there are no old data to keep'),
    );
    expect(step.typed({ restores: restored })).toEqual([`paris-cp1: ${quote(swapData(restore).argv)}`]);
  });

  it('is done once, whatever runs by then', () =>
    expect(step.check({ restores: cameTo('swapped') })).toEqual(satisfied));
});
