import pLimit, { type LimitFunction } from 'p-limit';
import pRetry, { AbortError } from 'p-retry';
import type { Posting, Webhooks } from '../ports/webhooks.ts';
import { fetchTrouble } from './fetch-trouble.ts';

export interface WebhookOptions {
  /** Hears of each message that was given up, when everything is settled: until then a view may own the terminal. */
  readonly onProblem: (text: string) => void;
  /** How long the end of a command waits for what was not sent yet, in ms. */
  readonly patienceMs?: number;
  /** Before the first repetition, in ms; it doubles from one to the next. */
  readonly firstPauseMs?: number;
}

const answerMs = 10_000;
const repetitions = 4;

/** Whether the same again may be answered otherwise. Source: RFC 9110, 15.5.9 and 15.6; RFC 6585, 4. */
const mayPass = (status: number): boolean => status >= 500 || status === 429 || status === 408;

const sendOnce = async ({ url, body, headers }: Posting, givenUp: AbortSignal): Promise<void> => {
  const signal = AbortSignal.any([givenUp, AbortSignal.timeout(answerMs)]);
  const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'error' });
  await response.body?.cancel();
  if (response.ok) return;
  const refusal = new Error(`status ${response.status}`);
  throw mayPass(response.status) ? refusal : new AbortError(refusal);
};

/** Webhooks over HTTP: each message is repeated four times while nobody answers, or what answers may do so later. */
export const createWebhooks = ({ onProblem, patienceMs = 20_000, firstPauseMs = 1000 }: WebhookOptions): Webhooks => {
  let givenUp = new AbortController();
  const turns = new Map<string, LimitFunction>();
  const pending = new Set<Promise<void>>();
  const problems: string[] = [];
  const send = async (posting: Posting): Promise<void> => {
    const { signal } = givenUp;
    try {
      await pRetry(() => sendOnce(posting, signal), { retries: repetitions, minTimeout: firstPauseMs, signal });
    } catch (error) {
      problems.push(`a webhook was not told ${posting.about}: ${fetchTrouble(error)}`);
    }
  };
  return {
    post: (posting) => {
      const turn = turns.get(posting.url) ?? pLimit(1);
      turns.set(posting.url, turn);
      const sent = turn(() => send(posting));
      pending.add(sent);
      void sent.finally(() => pending.delete(sent));
    },
    settle: async () => {
      const patience = givenUp;
      const timer = setTimeout(
        () => patience.abort(new Error(`no answer in the last ${patienceMs / 1000} s`)),
        patienceMs,
      );
      await Promise.all(pending);
      clearTimeout(timer);
      // A program that goes on has more to tell later.
      if (patience.signal.aborted && givenUp === patience) givenUp = new AbortController();
      problems.splice(0).forEach(onProblem);
    },
  };
};
