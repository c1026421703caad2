import type { Task } from '../kernel.ts';

/**
 * What is there at once, or after virtual time. Most of what a shell does takes none, and a coroutine for each of its
 * commands would cost more than the commands. A task is started by whoever gets it, before anything else happens.
 */
export type Soon<T extends number | string | undefined> = T | Task<T>;

function* later<A extends number | string | undefined, B extends number | string | undefined>(
  task: Task<A>,
  next: (value: A) => Soon<B>,
): Task<B> {
  const soon = next(yield* task);
  return typeof soon === 'object' ? yield* soon : soon;
}

/** Goes on with `next`: now, where the value is there. */
export const chain = <A extends number | string | undefined, B extends number | string | undefined>(
  soon: Soon<A>,
  next: (value: A) => Soon<B>,
): Soon<B> => (typeof soon === 'object' ? later(soon, next) : next(soon));

/** As a task, for who is one. */
export function* wait<T extends number | string | undefined>(soon: Soon<T>): Task<T> {
  return typeof soon === 'object' ? yield* soon : soon;
}

function* resumed<T>(pause: number, task: Task<T>): Task<T> {
  let isOurs = true;
  try {
    yield pause;
    isOurs = false;
    return yield* task;
  } finally {
    // Killed in its first pause: what it has to clean up is cleaned up, as in all the others.
    if (isOurs) finish(task);
  }
}

const finish = <T>(task: Generator<number, T | undefined, void>): void => void task.return(undefined);

/** Runs a task up to its first pause, and has its value where it has none. */
export const begin = <T extends number | string | undefined>(task: Task<T>): Soon<T> => {
  const step = task.next();
  return step.done === true ? step.value : resumed(step.value, task);
};

function* ensuredTask<T>(task: Task<T>, last: () => void): Task<T> {
  try {
    return yield* task;
  } finally {
    last();
  }
}

/** `finally` for what may take time. */
export const ensured = <T extends number | string | undefined>(work: () => Soon<T>, last: () => void): Soon<T> => {
  let task: Task<T> | undefined;
  try {
    const soon = work();
    if (typeof soon !== 'object') return soon;
    task = soon;
  } finally {
    if (task === undefined) last();
  }
  return ensuredTask(task, last);
};

/** `catch` for what takes time in any case. */
export function* rescuedTask<T extends number | string | undefined>(
  task: Task<T>,
  rescue: (error: unknown) => T,
): Task<T> {
  try {
    return yield* task;
  } catch (error) {
    return rescue(error);
  }
}

/** `catch` for what may take time. */
export const rescued = <T extends number | string | undefined>(
  work: () => Soon<T>,
  rescue: (error: unknown) => T,
): Soon<T> => {
  try {
    const soon = work();
    return typeof soon === 'object' ? rescuedTask(soon, rescue) : soon;
  } catch (error) {
    return rescue(error);
  }
};
