import { describe, expect, it } from 'vitest';
import type { ProbeAnswer } from '../../src/ports/prober.ts';
import { ProbeWatch } from '../../src/run/probe-watch.ts';

const answered: ProbeAnswer = { kind: 'answered' };
const away: ProbeAnswer = { kind: 'away', why: 'connection refused' };
const unasked: ProbeAnswer = { kind: 'unasked', why: 'no way', never: false };

const watched = (...answers: readonly ProbeAnswer[]) => {
  const watch = new ProbeWatch();
  const changes = answers.map((answer, second) => watch.note(answer, second * 1000));
  return { watch, changes: changes.filter((change) => change !== undefined) };
};

describe('what is seen of a probe', () => {
  it.each([
    ['nothing', [], { asked: 0, failed: 0, awayMs: 0, longestMs: 0, blindMs: 0 }],
    ['it always answered', [answered, answered], { asked: 2, failed: 0, awayMs: 0, longestMs: 0, blindMs: 0 }],
    [
      'one failure lasts until the next answer',
      [answered, away, answered],
      { asked: 3, failed: 1, awayMs: 1000, longestMs: 1000, blindMs: 0 },
    ],
    [
      'two outages add up, the longer one counts by itself',
      [away, answered, away, away, away, answered],
      { asked: 6, failed: 4, awayMs: 4000, longestMs: 3000, blindMs: 0 },
    ],
    [
      'while it could not be asked it is not away',
      [answered, unasked, unasked, answered],
      { asked: 2, failed: 0, awayMs: 0, longestMs: 0, blindMs: 2000 },
    ],
    [
      'an outage that is lost sight of ends there',
      [away, unasked, away, answered],
      { asked: 3, failed: 2, awayMs: 2000, longestMs: 1000, blindMs: 1000 },
    ],
  ])('%s', (_what, answers, record) => expect(watched(...answers).watch.seen(60_000)).toEqual(record));

  it('counts what has no end yet up to now', () => {
    expect(watched(answered, away).watch.seen(5000)).toMatchObject({ awayMs: 4000, longestMs: 4000 });
    expect(watched(answered, unasked).watch.seen(5000)).toMatchObject({ blindMs: 4000 });
  });

  it('tells once that it went, and that it came back', () =>
    expect(watched(answered, away, away, answered, away, unasked, answered).changes).toEqual([
      { kind: 'away', why: 'connection refused' },
      { kind: 'back', awayMs: 2000 },
      { kind: 'away', why: 'connection refused' },
      { kind: 'lost-sight', awayMs: 1000 },
    ]));
});
