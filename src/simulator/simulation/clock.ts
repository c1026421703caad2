import type { Clock } from '../../ports/clock.ts';
import type { Kernel } from '../kernel.ts';
import type { Program } from './program.ts';

const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });

/** Virtual time as a program sees it. */
export const createClock = (kernel: Kernel, program: Program): Clock => ({
  now: () => kernel.now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(reasonOf(signal));
        return;
      }
      const abort = (): void => {
        kernel.cancel(timer);
        if (signal !== undefined) reject(reasonOf(signal));
      };
      const timer = kernel.after(ms, () =>
        program.deliver(() => {
          signal?.removeEventListener('abort', abort);
          resolve();
        }),
      );
      signal?.addEventListener('abort', abort, { once: true });
    }),
});
