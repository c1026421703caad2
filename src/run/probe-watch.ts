import { nothingAsked, type ProbeChange, type ProbeRecord } from '../model/probe.ts';
import type { ProbeAnswer } from '../ports/prober.ts';

/** Adds up what was seen of one target. An outage lasts from the first question that failed to the next answered one. */
export class ProbeWatch {
  #record: ProbeRecord = nothingAsked;
  #awayFrom: number | undefined;
  #blindFrom: number | undefined;

  /** Up to `now`, with what has no end yet. */
  seen(now: number): ProbeRecord {
    const { awayMs, longestMs, blindMs } = this.#record;
    const away = now - (this.#awayFrom ?? now);
    const blind = now - (this.#blindFrom ?? now);
    return {
      ...this.#record,
      awayMs: awayMs + away,
      longestMs: Math.max(longestMs, away),
      blindMs: blindMs + blind,
    };
  }

  /** Takes an answer to a question that was begun at `begun`. */
  note(answer: ProbeAnswer, begun: number): ProbeChange | undefined {
    const { kind } = answer;
    const awayFrom = this.#awayFrom;
    if (kind === 'away') this.#awayFrom ??= begun;
    else if (awayFrom !== undefined) {
      this.#record = this.seen(begun);
      this.#awayFrom = undefined;
    }
    if (kind === 'unasked') this.#blindFrom ??= begun;
    else this.#count(kind === 'away', begun);
    if (kind === 'away') return awayFrom === undefined ? { kind, why: answer.why } : undefined;
    if (awayFrom === undefined) return undefined;
    return { kind: kind === 'answered' ? 'back' : 'lost-sight', awayMs: begun - awayFrom };
  }

  #count(failed: boolean, begun: number): void {
    const { asked, failed: failures, blindMs } = this.#record;
    const blind = begun - (this.#blindFrom ?? begun);
    this.#blindFrom = undefined;
    this.#record = {
      ...this.#record,
      asked: asked + 1,
      failed: failures + (failed ? 1 : 0),
      blindMs: blindMs + blind,
    };
  }
}
