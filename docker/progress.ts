const HEARTBEAT_MS = 30_000;
const started = performance.now();

/** One line of progress; on standard error, so that standard output holds nothing but answers. */
export function tell(text: string): void {
  const elapsed = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${elapsed} s  ${text}\n`);
}

/** Announces a piece of work, says every half minute that it still runs, and how long it took. */
export async function during<T>(title: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const seconds = (): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;
  tell(`${title} …`);
  const heartbeat = setInterval(() => tell(`${title}: still at it after ${seconds()}`), HEARTBEAT_MS);
  try {
    const answer = await work();
    tell(`${title}: done in ${seconds()}`);
    return answer;
  } finally {
    clearInterval(heartbeat);
  }
}
