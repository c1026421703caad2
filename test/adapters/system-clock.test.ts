import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';

describe('the system clock', () => {
  it('sleeps', async () => {
    const before = systemClock.now();
    await systemClock.sleep(20);
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(18);
  });

  it('wakes with the reason of whoever aborts, before and during the sleep', async () => {
    const interrupt = new AbortController();
    const sleeping = systemClock.sleep(60_000, interrupt.signal);
    interrupt.abort(new Error('Ctrl-C'));
    await expect(sleeping).rejects.toThrow('Ctrl-C');
    await expect(systemClock.sleep(60_000, interrupt.signal)).rejects.toThrow('Ctrl-C');
  });
});
