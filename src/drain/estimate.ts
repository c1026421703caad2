import { podName } from './evictable-pods.ts';
import { endingSeconds, retrySeconds } from './leaving.ts';
import { budgetKey, type Actor } from './scene.ts';
import type { DrainTrace } from './trace.ts';

/** How long a drain probably takes, and at most where every pod uses up its grace period. */
export interface Estimate {
  readonly seconds: number;
  readonly atMostSeconds: number;
  readonly restsOn: readonly string[];
}

const slowest = (actors: readonly Actor[], secondsOf: (actor: Actor) => number): Actor | undefined =>
  actors.toSorted((a, b) => secondsOf(b) - secondsOf(a))[0];

/** kubectl sends five requests a second after the first ten (lab, 1.35.4: 7 pods 0.2 s, 40 pods 11 s, 80 pods 22 s). */
const kubectlSeconds = (pods: number): number => 1 + 0.3 * Math.max(0, pods - 5);

export const estimateOf = ({ leaving, waited, startedAt, endedAt }: DrainTrace, timeoutSeconds: number): Estimate => {
  if (leaving.length === 0) return { seconds: 0, atMostSeconds: kubectlSeconds(0), restsOn: ['nothing to evict'] };
  const seconds = Math.min(timeoutSeconds, Math.ceil(endedAt - startedAt + kubectlSeconds(leaving.length)));
  const polite = slowest(leaving, endingSeconds);
  const patient = slowest(leaving, ({ pod }) => pod.graceSeconds);
  const grace = patient?.pod.graceSeconds ?? 0;
  const budgets = new Set([...waited].flatMap((actor) => actor.budgets.map(budgetKey)));
  return {
    seconds,
    atMostSeconds: Math.min(timeoutSeconds, seconds + grace),
    restsOn: [
      `${leaving.length} ${leaving.length === 1 ? 'pod' : 'pods'} to evict`,
      ...(polite === undefined ? [] : [`the slowest to end takes ${endingSeconds(polite)} s (${podName(polite.pod)})`]),
      ...(patient === undefined ? [] : [`the longest grace period is ${grace} s (${podName(patient.pod)})`]),
      ...(budgets.size === 0
        ? []
        : [
            `${waited.size} wait for replacements, each asked for every ${retrySeconds} s (${[...budgets].join(', ')})`,
          ]),
    ],
  };
};

const minutes = (seconds: number): string => (seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);

/** How many of the longest are named. */
const named = 5;

/** `the drains take about 40 s: paris-w1 25 s, paris-w2 15 s`; undefined where there is nothing to evict. */
export const drainTimesText = (
  estimates: readonly (Pick<Estimate, 'seconds'> & { readonly node: string })[],
): string | undefined => {
  const long = estimates.filter(({ seconds }) => seconds > 0).toSorted((a, b) => b.seconds - a.seconds);
  if (long.length === 0) return undefined;
  const total = long.reduce((sum, { seconds }) => sum + seconds, 0);
  const each = long.slice(0, named).map(({ node, seconds }) => `${node} ${minutes(seconds)}`);
  return `the drains take about ${minutes(total)}${long.length > 1 ? ', one after the other' : ''}: ${each.join(', ')}${long.length > named ? `, ${long.length - named} more` : ''}`;
};
