import type { Kernel, Timer } from '../kernel.ts';
import { backOff } from './static-pod-times.ts';

const [firstMs, longestMs] = backOff;

/** Containers of one host that ended by themselves, and when their kubelet starts them again. */
export class CrashLoops<Name> {
  readonly #kernel: Kernel;
  readonly #crashed = new Map<Name, { readonly waitMs: number; readonly timer: Timer }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  again(name: Name, start: () => void): void {
    const before = this.#crashed.get(name);
    const waitMs = before === undefined ? firstMs : Math.min(before.waitMs * 2, longestMs);
    this.#crashed.set(name, { waitMs, timer: this.#kernel.after(waitMs, start) });
  }

  /** Nothing else starts it meanwhile: a manifest that is put back is the same pod. */
  waits(name: Name): boolean {
    const timer = this.#crashed.get(name)?.timer;
    return timer !== undefined && !timer.cancelled && timer.at > this.#kernel.now;
  }

  cameUp(name: Name): void {
    this.#crashed.delete(name);
  }

  /** No kubelet runs. */
  pause(): void {
    for (const { timer } of this.#crashed.values()) this.#kernel.cancel(timer);
  }

  /** A new kubelet knows nothing of it. */
  forget(): void {
    this.pause();
    this.#crashed.clear();
  }
}
