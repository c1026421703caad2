import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removals, type StoredBackup } from '../../src/backup/retention.ts';

const day = 86_400_000;
const now = 100 * day;
const backup = (id: string, ageDays: number, change: Partial<StoredBackup> = {}): StoredBackup => ({
  id,
  takenAt: now - ageDays * day,
  whole: true,
  verified: false,
  complete: true,
  foreign: false,
  ...change,
});
const five = [0, 1, 2, 3, 40].map((age) => backup(`b${age}`, age));
const gone = (stored: readonly StoredBackup[], keep: Parameters<typeof removals>[1]) =>
  removals(stored, keep, now).map(({ id }) => id);

describe('which backups go', () => {
  it.each([
    ['none without a rule', five, {}, []],
    ['all but the newest three', five, { last: 3 }, ['b3', 'b40']],
    ['all that are too old', five, { withinMs: 30 * day }, ['b40']],
    ['either rule keeps one', five, { last: 1, withinMs: 2 * day }, ['b3', 'b40']],
    ['the newest stays however old', [backup('b90', 90)], { withinMs: day }, []],
    [
      'the newest verified stays, older verified ones go',
      [...five, backup('b50', 50, { verified: true }), backup('b60', 60, { verified: true })],
      { last: 1 },
      ['b1', 'b2', 'b3', 'b40', 'b60'],
    ],
    [
      'the newest whose hooks succeeded stays, older ones go',
      [backup('b0', 0, { complete: false }), backup('b1', 1, { complete: false }), ...five.slice(2)],
      { last: 1 },
      ['b1', 'b3', 'b40'],
    ],
    [
      'unfinished ones go after a day',
      [backup('b0', 0.5, { whole: false }), backup('b2', 2, { whole: false })],
      {},
      ['b2'],
    ],
    [
      'what holds files of others stays',
      [...five, backup('b70', 70, { foreign: true }), backup('b71', 71, { foreign: true, whole: false })],
      { last: 5 },
      [],
    ],
  ] as const)('%s', (_what, stored, keep, ids) => expect(gone(stored, keep)).toEqual(ids));

  it('never the newest verified one, nor what is not ours, nor the newest', () => {
    const any = fc.record({
      takenAt: fc.integer({ min: 0, max: now }),
      whole: fc.boolean(),
      verified: fc.boolean(),
      complete: fc.boolean(),
      foreign: fc.boolean(),
    });
    const keep = fc.constantFrom({}, { last: 1 }, { last: 3 }, { withinMs: 10 * day }, { last: 2, withinMs: day });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), keep, (rows, rule) => {
        const stored = rows.map((row, index) => ({ ...row, id: `b${index}` }));
        const removed = new Set(gone(stored, rule));
        const whole = stored.filter((each) => each.whole).toSorted((a, b) => b.takenAt - a.takenAt);
        const newest = whole.filter((each) => each.takenAt === whole[0]?.takenAt);
        const verified = whole.filter((each) => each.verified);
        const newestVerified = verified.filter((each) => each.takenAt === verified[0]?.takenAt);
        const complete = whole.filter((each) => each.complete);
        const newestComplete = complete.filter((each) => each.takenAt === complete[0]?.takenAt);
        expect(newestComplete.length > 0 && newestComplete.every(({ id }) => removed.has(id))).toBe(false);
        expect(stored.filter((each) => each.foreign && removed.has(each.id))).toEqual([]);
        expect(newest.length > 0 && newest.every(({ id }) => removed.has(id))).toBe(false);
        expect(newestVerified.length > 0 && newestVerified.every(({ id }) => removed.has(id))).toBe(false);
      }),
    );
  });
});
