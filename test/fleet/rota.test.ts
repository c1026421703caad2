import { describe, expect, it } from 'vitest';
import { Rota } from '../../src/fleet/rota.ts';
import { windowAt, type MaintenanceWindow } from '../../src/model/maintenance-window.ts';

const window = (cron: string, minutes: number, timezone = 'UTC'): MaintenanceWindow => ({
  cron,
  durationMs: minutes * 60_000,
  timezone,
  blackouts: [],
  source: 'prod.yaml:3',
});

/** The moments at which a cluster gets its turn where it is looked at every 30 s. */
const turns = (of: MaintenanceWindow, from: string, to: string): readonly string[] => {
  const rota = new Rota();
  const found: string[] = [];
  for (let now = Date.parse(from); now < Date.parse(to); now += 30_000) {
    const state = windowAt(of, now);
    if (state.kind !== 'open' || !rota.isDue('paris', state, now)) continue;
    found.push(new Date(now).toISOString());
    rota.hadTurn('paris', state.until);
  }
  return found;
};

describe('a turn', () => {
  it('comes once in each opening, at its beginning', () =>
    expect(turns(window('0 1 * * *', 240), '2026-11-20T12:00:00Z', '2026-11-22T12:00:00Z')).toEqual([
      '2026-11-21T01:00:00.000Z',
      '2026-11-22T01:00:00.000Z',
    ]));

  it('comes at once where it is open already', () =>
    expect(turns(window('0 1 * * *', 240), '2026-11-21T03:00:00Z', '2026-11-21T12:00:00Z')).toEqual([
      '2026-11-21T03:00:00.000Z',
    ]));

  it('comes once where clocks go forward and its hour is left out', () =>
    expect(turns(window('30 2 * * *', 60, 'Europe/Paris'), '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
    ]));

  it('comes once where clocks go back and its hour comes twice', () =>
    expect(turns(window('30 2 * * *', 20, 'Europe/Paris'), '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
    ]));

  it('does not come twice where the clock is set back into the same opening', () => {
    const rota = new Rota();
    const of = window('0 1 * * *', 60);
    const at = Date.parse('2026-11-21T01:10:00Z');
    const state = windowAt(of, at);
    if (state.kind !== 'open') throw new Error('closed');
    rota.hadTurn('paris', state.until);
    for (const back of ['2026-11-21T00:59:00Z', '2026-11-21T01:05:00Z'])
      expect(rota.isDue('paris', windowAt(of, Date.parse(back)), Date.parse(back))).toBe(false);
  });

  it('that has to wait for something is asked again later', () => {
    const rota = new Rota();
    const state = { kind: 'open', until: 100 } as const;
    rota.askLater('paris', 50);
    expect([rota.isDue('paris', state, 49), rota.isDue('paris', state, 50), rota.isDue('oslo', state, 49)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('what is new of a closed window', () => {
  const of = window('0 1 * * *', 60);
  const news = (rota: Rota, at: string) => rota.news('paris', windowAt(of, Date.parse(at)), Date.parse(at));

  it('is told once', () => {
    const rota = new Rota();
    expect(news(rota, '2026-11-20T12:00:00Z')).toEqual({ missed: false, next: Date.parse('2026-11-21T01:00:00Z') });
    expect(news(rota, '2026-11-20T13:00:00Z')).toBeUndefined();
    expect(news(rota, '2026-11-21T01:10:00Z')).toBeUndefined();
    expect(news(rota, '2026-11-21T02:10:00Z')).toEqual({ missed: false, next: Date.parse('2026-11-22T01:00:00Z') });
  });

  it('the clock went over an opening', () => {
    const rota = new Rota();
    news(rota, '2026-11-20T12:00:00Z');
    expect(news(rota, '2026-11-21T05:00:00Z')).toEqual({ missed: true, next: Date.parse('2026-11-22T01:00:00Z') });
    expect(news(rota, '2026-11-21T05:00:30Z')).toBeUndefined();
  });

  it('the clock went back: nothing was missed', () => {
    const rota = new Rota();
    news(rota, '2026-11-21T05:00:00Z');
    expect(news(rota, '2026-11-20T12:00:00Z')).toEqual({ missed: false, next: Date.parse('2026-11-21T01:00:00Z') });
  });
});
