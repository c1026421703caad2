import type { Kernel } from '../kernel.ts';
import type { Wakes } from './program.ts';

export interface DriveLimits {
  /** Virtual ms since the epoch after which the simulation is given up. */
  readonly until: number;
  readonly events: number;
}

export type DriveEnd = 'done' | 'nothing-will-happen' | 'too-late' | 'too-many-events';

/**
 * Lets the product do all that it can do now. Its promises are settled by the simulation only, so that when the queues
 * of microtasks and ticks are empty (which is when an immediate runs) it waits for virtual time and for nothing else.
 */
const untilQuiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Steps virtual time until `done`. The product gets the processor whenever something was delivered to it, and virtual
 * time stands still meanwhile.
 * @throws whatever an event throws: SimulatorGap among it.
 */
export const drive = async (
  kernel: Kernel,
  wakes: Wakes,
  limits: DriveLimits,
  done: () => boolean,
): Promise<DriveEnd> => {
  const last = kernel.ran + limits.events;
  await untilQuiet();
  while (!done()) {
    if (kernel.now > limits.until) return 'too-late';
    if (kernel.ran > last) return 'too-many-events';
    if (!kernel.step()) return 'nothing-will-happen';
    if (wakes.woken) {
      wakes.woken = false;
      await untilQuiet();
    }
  }
  return 'done';
};
