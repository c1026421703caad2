import { describe, expect, it } from 'vitest';
import { Kernel } from '../../src/simulator/kernel.ts';

const deed = (): never => {
  throw new Error('it was cancelled');
};

describe('virtual time', () => {
  it('runs events in the order of their time, those of the same time as they were asked for', () => {
    const kernel = new Kernel(1000);
    const ran: string[] = [];
    kernel.after(20, () => ran.push(`c ${kernel.now}`));
    kernel.after(10, () => ran.push(`a ${kernel.now}`));
    kernel.after(10, () => ran.push(`b ${kernel.now}`));
    while (kernel.step());
    expect(ran).toEqual(['a 1010', 'b 1010', 'c 1020']);
  });

  it('neither runs a cancelled event nor keeps what it would have done until its time', () => {
    const kernel = new Kernel(0);
    const timer = kernel.after(3_600_000, deed);
    kernel.cancel(timer);
    expect(timer.run).not.toBe(deed);
    expect(kernel.step()).toBe(false);
  });
});
