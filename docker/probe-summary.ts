/** One request: when it was sent and answered (milliseconds of one clock), through which node, and how it failed. */
export interface Sample {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly via: string;
  readonly error?: string;
}

export interface ProbeSummary {
  readonly requests: number;
  readonly failures: number;
  /** The longest time between two answers one after the other; about the interval where nothing failed. */
  readonly longestGapMs: number;
  readonly seconds: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly failuresVia: Readonly<Record<string, number>>;
}

/** What a client saw. The time before the first and after the last answer counts as a gap too. */
export function summarise(samples: readonly Sample[], from: number, to: number): ProbeSummary {
  const failed = samples.filter(({ error }) => error !== undefined);
  const answers = samples.filter(({ error }) => error === undefined).map(({ endedAt }) => endedAt);
  const moments = [from, ...answers.toSorted((a, b) => a - b), to];
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? from));
  return {
    requests: samples.length,
    failures: failed.length,
    longestGapMs: Math.round(Math.max(0, ...gaps)),
    seconds: Math.round((to - from) / 100) / 10,
    errors: count(failed.map(({ error }) => error ?? '')),
    failuresVia: count(failed.map(({ via }) => via)),
  };
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
