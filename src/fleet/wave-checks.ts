import type { CheckQuestion, WaveCheck } from '../model/wave-check.ts';
import type { Clock } from '../ports/clock.ts';
import type { WebAnswer } from '../ports/web.ts';

/** Before the same is asked again after a no. */
export const pauseMs = 5000;
/** Between two questions while something has to hold. */
export const everyMs = 10_000;

/** Why what a web server answered is no proof. */
export const judgeHttp = (
  answer: WebAnswer,
  { status, text }: Pick<Extract<CheckQuestion, { kind: 'http' }>, 'status' | 'text'>,
): string | undefined => {
  if (answer.kind === 'none') return answer.why;
  if (answer.status !== status) return `status ${answer.status} instead of ${status}`;
  return text === undefined || answer.body.includes(text) ? undefined : `it does not say ${JSON.stringify(text)}`;
};

interface Asking {
  /** Asks once: why it is not so, or undefined. */
  readonly ask: () => Promise<string | undefined>;
  readonly clock: Clock;
  readonly stopping: () => boolean;
}

/** A no is believed once it was said as often as `retries` allows. */
const askPatiently = async (retries: number, { ask, clock, stopping }: Asking): Promise<string | undefined> => {
  for (let left = retries; ; left -= 1) {
    const why = await ask();
    if (why === undefined || left === 0 || stopping()) return why;
    await clock.sleep(pauseMs);
  }
};

/**
 * Why a check does not hold; undefined where it does, for as long as it has to. Whoever is stopped meanwhile has
 * proved nothing.
 */
export const whyNot = async (
  { retries, forMs }: Pick<WaveCheck, 'retries' | 'forMs'>,
  asking: Asking,
): Promise<string | undefined> => {
  const { clock, stopping } = asking;
  const first = await askPatiently(retries, asking);
  if (first !== undefined) return first;
  const since = clock.now();
  while (clock.now() - since < forMs) {
    if (stopping()) return 'it was not asked to the end';
    await clock.sleep(Math.min(everyMs, forMs - (clock.now() - since)));
    const why = await askPatiently(retries, asking);
    if (why !== undefined) return `after ${Math.round((clock.now() - since) / 1000)} s: ${why}`;
  }
  return undefined;
};
