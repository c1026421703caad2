/** A process as a coroutine: it yields the virtual time (ms since the epoch) at which it goes on. */
export type Task<T> = Generator<number, T, void>;

export interface Timer {
  readonly at: number;
  readonly order: number;
  run: () => void;
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
    if (timer === undefined) return;
    timer.cancelled = true;
    // It stays in the heap until its time: a limit of an hour would keep all that a command said for as long.
    timer.run = nothing;
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

  /** Moves a timer towards the top from a place that is free. */
  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    let at = 0;
    for (;;) {
      let least = 2 * at + 1;
      let below = heap[least];
      const right = heap[least + 1];
      if (below !== undefined && right !== undefined && isBefore(right, below)) {
        least += 1;
        below = right;
      }
      if (below === undefined || !isBefore(below, last)) break;
      heap[at] = below;
      at = least;
    }
    heap[at] = last;
    return top;
  }
}

const nothing = (): void => undefined;

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
