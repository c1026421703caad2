import { describe, expect, it } from 'vitest';
import { timeIn, windowAt, type MaintenanceWindow } from '../../src/model/maintenance-window.ts';

const hour = 3_600_000;
const window = (cron: string, hours: number, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  cron,
  durationMs: hours * hour,
  timezone: 'Europe/Paris',
  blackouts: [],
  source: 'prod.yaml:12',
  ...more,
});
const at = (time: string): number => Date.parse(time);
const text = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
/** A state with its times as clocks in UTC show them. */
const seen = (each: MaintenanceWindow, now: string) => {
  const state = windowAt(each, at(now));
  return state.kind === 'open'
    ? ['open', text(state.until), text(state.next)]
    : ['closed', text(state.next), ...(state.blackout === undefined ? [] : [state.blackout])];
};

describe('a window', () => {
  const saturday = window('0 1 * * SAT', 4);
  it.each([
    ['before', '2026-11-27T23:59:59.999Z', ['closed', '2026-11-28T00:00:00.000Z']],
    [
      'in the instant in which it opens',
      '2026-11-28T00:00:00Z',
      ['open', '2026-11-28T04:00:00.000Z', '2026-12-05T00:00:00.000Z'],
    ],
    [
      'at its last moment',
      '2026-11-28T03:59:59.999Z',
      ['open', '2026-11-28T04:00:00.000Z', '2026-12-05T00:00:00.000Z'],
    ],
    ['in the instant in which it closes', '2026-11-28T04:00:00Z', ['closed', '2026-12-05T00:00:00.000Z']],
  ])('%s', (_when, now, state) => expect(seen(saturday, now)).toEqual(state));

  it('over midnight is open on the day after as well', () =>
    expect(seen(window('0 22 * * FRI', 6), '2026-11-28T01:00:00Z')).toEqual([
      'open',
      '2026-11-28T03:00:00.000Z',
      '2026-12-04T21:00:00.000Z',
    ]));

  it('that opens again before it closes goes on', () =>
    expect(seen(window('0 0 * * SAT,SUN', 24), '2026-11-28T10:00:00Z')).toEqual([
      'open',
      '2026-11-29T23:00:00.000Z',
      '2026-12-04T23:00:00.000Z',
    ]));

  it('that never closes ends its look', () =>
    expect(windowAt(window('* * * * *', 1), at('2026-11-28T10:00:00Z')).kind).toBe('open'));
});

describe('where clocks change', () => {
  // 2026-03-29, Paris: 02:00 is followed by 03:00 (01:00 UTC). 2026-10-25: 03:00 is followed by 02:00 (01:00 UTC).
  const night = window('30 2 * * *', 4);
  it.each([
    ['the hour is left out: it opens at its end', '2026-03-29T00:59:59Z', ['closed', '2026-03-29T01:00:00.000Z']],
    [
      'and is open for four real hours',
      '2026-03-29T01:00:00Z',
      ['open', '2026-03-29T05:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    ],
    ['the day after it opens at 02:30 again', '2026-03-30T00:29:59Z', ['closed', '2026-03-30T00:30:00.000Z']],
    [
      'the hour comes twice: the first counts',
      '2026-10-25T00:30:00Z',
      ['open', '2026-10-25T04:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ],
    [
      'also from the second one, for four real hours',
      '2026-10-25T01:30:00Z',
      ['open', '2026-10-25T04:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ],
    ['and no longer', '2026-10-25T04:30:00Z', ['closed', '2026-10-26T01:30:00.000Z']],
  ])('%s', (_what, now, state) => expect(seen(night, now)).toEqual(state));

  it('a window that is open already lasts as long as it says', () => {
    const early = window('0 1 * * SUN', 4);
    expect(seen(early, '2026-03-29T03:00:00Z')[1]).toBe('2026-03-29T04:00:00.000Z');
    expect(seen(early, '2026-10-25T01:00:00Z')[1]).toBe('2026-10-25T03:00:00.000Z');
  });

  it('a day without a midnight begins when its first hour does', () => {
    // Santiago, 2026-09-06: 24:00 is followed by 01:00 (04:00 UTC).
    const dark = window('0 * * * *', 1, { timezone: 'America/Santiago', blackouts: ['2026-09-06'] });
    expect(seen(dark, '2026-09-06T03:30:00Z')[1]).toBe('2026-09-06T04:00:00.000Z');
    expect(seen(dark, '2026-09-06T04:00:00Z')).toEqual(['closed', '2026-09-07T03:00:00.000Z', '2026-09-06']);
  });
});

describe('blackouts', () => {
  const dark = window('0 22 * * *', 6, { blackouts: ['2026-12-24', '2026-12-26/2027-01-03'] });
  it.each([
    [
      'closes at the midnight before',
      '2026-12-23T22:00:00Z',
      ['open', '2026-12-23T23:00:00.000Z', '2026-12-24T23:00:00.000Z'],
    ],
    ['on the day itself', '2026-12-24T21:30:00Z', ['closed', '2026-12-24T23:00:00.000Z', '2026-12-24']],
    [
      'what began on that day is open after it',
      '2026-12-24T23:00:00Z',
      ['open', '2026-12-25T03:00:00.000Z', '2026-12-25T21:00:00.000Z'],
    ],
    [
      'of several days with both of them',
      '2026-12-28T10:00:00Z',
      ['closed', '2027-01-03T23:00:00.000Z', '2026-12-26/2027-01-03'],
    ],
    ['outside of them but closed', '2026-12-25T12:00:00Z', ['closed', '2026-12-25T21:00:00.000Z']],
  ])('%s', (_what, now, state) => expect(seen(dark, now)).toEqual(state));

  it('that leave no opening are told of', () => {
    const never = window('0 1 24 12 *', 4, { blackouts: ['2026-01-01/9998-12-31'] });
    expect(windowAt(never, at('2026-11-22T10:00:00Z'))).toMatchObject({ kind: 'closed' });
  });
});

it.each([
  ['Europe/Paris', 'Sat 2026-11-28 01:00'],
  ['UTC', 'Sat 2026-11-28 00:00'],
  ['Asia/Kathmandu', 'Sat 2026-11-28 05:45'],
])('in %s it is %s', (zone, shown) => expect(timeIn(zone, at('2026-11-28T00:00:00Z'))).toBe(shown));
