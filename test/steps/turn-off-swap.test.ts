import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { turnOffSwap } from '../../src/steps/turn-off-swap.ts';
import { newHostSeen } from './new-host-values.ts';
import { bound, onWorker } from './values.ts';

const seen = { host: newHostSeen({ swap: ['/dev/dm-1'], fstabSwap: ['/dev/mapper/vg-swap'] }) };

describe('turn-off-swap', () => {
  it('names what is turned off, now and for good', () =>
    expect(bound(turnOffSwap, {}, onWorker()).check(seen)).toEqual({
      kind: 'needed',
      changes: ['swapoff /dev/dm-1', '/etc/fstab: /dev/mapper/vg-swap becomes a comment'],
    }));

  it('has nothing to do without swap', () =>
    expect(bound(turnOffSwap, {}, onWorker()).check({ host: newHostSeen() })).toEqual(satisfied));

  it.each(['Swap', 'swap', 'all'])('leaves swap alone where kubeadm puts up with it: %s', (ignored) =>
    expect(bound(turnOffSwap, {}, onWorker('w1', { ignorePreflightErrors: [ignored] })).check(seen)).toEqual(satisfied),
  );
});
