/** A process as a coroutine: it yields the virtual time (ms since the epoch) at which it goes on. */
export type Task<T> = Generator<number, T, void>;

export interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** A task under way. `stop` is SIGKILL: it never goes on, and nothing of it is run any more. */
export interface Job<T> {
  readonly ended: boolean;
  readonly result: T | undefined;
  stop(): void;
}

/**
 * Virtual time: events in the order of their time, those of the same time in the order in which they were asked for.
 * Nothing here is asynchronous, and nothing looks at the real clock: the same calls give the same order.
 */
export class Kernel {
  now: number;
  #order = 0;
  /** Events that were run: what "events a second" counts. */
  ran = 0;
  readonly #heap: Timer[] = [];

  constructor(startMs: number) {
    this.now = startMs;
  }

  at(time: number, run: () => void): Timer {
    const timer: Timer = { at: Math.max(time, this.now), order: this.#order++, run, cancelled: false };
    this.#push(timer);
    return timer;
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.now + ms, run);
  }

  cancel(timer: Timer | undefined): void {
    if (timer !== undefined) timer.cancelled = true;
  }

  /** Runs a task now, up to its first pause, and goes on with it by itself. `done` is called once, unless it is stopped. */
  spawn<T>(task: Task<T>, done: (result: T) => void = () => undefined): Job<T> {
    let timer: Timer | undefined;
    const job = { ended: false, result: undefined as T | undefined, stop: () => undefined as void };
    const go = (): void => {
      if (job.ended) return;
      const step = task.next();
      if (step.done === true) {
        job.ended = true;
        job.result = step.value;
        done(step.value);
      } else timer = this.at(step.value, go);
    };
    job.stop = () => {
      job.ended = true;
      this.cancel(timer);
    };
    go();
    return job;
  }

  /** Time of the next event, or undefined when nothing will ever happen. */
  get upcoming(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    this.#dropCancelled();
    const timer = this.#pop();
    if (timer === undefined) return false;
    this.now = timer.at;
    this.ran += 1;
    timer.run();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) this.#pop();
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return false;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }

  #push(timer: Timer): void {
    this.#heap.push(timer);
    let at = this.#heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): Timer | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (this.#heap.length === 0 || last === undefined) return top;
    this.#heap[0] = last;
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (this.#before(left, least)) least = left;
      if (this.#before(right, least)) least = right;
      if (least === at) return top;
      this.#swap(at, least);
      at = least;
    }
  }
}
