import { describe, expect, it } from 'vitest';
import { judgeHttp, whyNot } from '../../src/fleet/wave-checks.ts';
import { VirtualClock } from '../run/scripted.ts';

/** Answers one after the other, the last again and again; with what came of it, how often it was asked, how long it took. */
const ask = async (
  answers: readonly (string | undefined)[],
  check: { retries?: number; forMs?: number },
  stopAfter = Infinity,
) => {
  const clock = new VirtualClock();
  const began = clock.now();
  let asked = 0;
  const why = await whyNot(
    { retries: check.retries ?? 0, forMs: check.forMs ?? 0 },
    {
      ask: () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)]),
      clock,
      stopping: () => asked >= stopAfter,
    },
  );
  return { why, asked, seconds: (clock.now() - began) / 1000 };
};

describe('a check', () => {
  it.each([
    ['holds at once', [undefined], {}, { why: undefined, asked: 1, seconds: 0 }],
    ['does not', ['no'], {}, { why: 'no', asked: 1, seconds: 0 }],
    ['is asked again', ['no', 'no', undefined], { retries: 2 }, { why: undefined, asked: 3, seconds: 10 }],
    ['no more than it says', ['no', 'no', undefined], { retries: 1 }, { why: 'no', asked: 2, seconds: 5 }],
    ['holds for so long', [undefined], { forMs: 25_000 }, { why: undefined, asked: 4, seconds: 25 }],
    [
      'not to the end',
      [undefined, undefined, 'no'],
      { forMs: 60_000 },
      { why: 'after 20 s: no', asked: 3, seconds: 20 },
    ],
    [
      'may falter meanwhile',
      [undefined, 'no', undefined],
      { forMs: 20_000, retries: 1 },
      { why: undefined, asked: 4, seconds: 20 },
    ],
  ] as const)('%s', async (_what, answers, check, expected) => expect(await ask(answers, check)).toEqual(expected));

  it('that is stopped in the middle proves nothing', async () => {
    expect(await ask([undefined], { forMs: 60_000 }, 2)).toMatchObject({
      why: 'it was not asked to the end',
      asked: 2,
    });
    expect(await ask(['no'], { retries: 9 }, 1)).toMatchObject({ why: 'no', asked: 1 });
  });
});

describe('what a web server answered', () => {
  it.each([
    [{ kind: 'answered', status: 200, body: 'all is well' }, { status: 200 }, undefined],
    [{ kind: 'answered', status: 200, body: 'all is well' }, { status: 200, text: 'well' }, undefined],
    [{ kind: 'answered', status: 200, body: 'hm' }, { status: 200, text: 'well' }, 'it does not say "well"'],
    [{ kind: 'answered', status: 302, body: '' }, { status: 200 }, 'status 302 instead of 200'],
    [{ kind: 'answered', status: 401, body: '' }, { status: 401 }, undefined],
    [{ kind: 'none', why: 'connect ECONNREFUSED' }, { status: 200 }, 'connect ECONNREFUSED'],
  ] as const)('%j for %j', (answer, wanted, why) => expect(judgeHttp(answer, wanted)).toBe(why));
});
