import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until something holds, or the time is up. */
export async function until(holds: () => Promise<boolean>, withinMs: number, everyMs = 250): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() >= deadline) return false;
    await sleep(everyMs);
  }
}
