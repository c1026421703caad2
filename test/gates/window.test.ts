import { describe, expect, it } from 'vitest';
import { window } from '../../src/gates/window.ts';
import type { MaintenanceWindow } from '../../src/model/maintenance-window.ts';
import type { LaneTime } from '../../src/model/time-ahead.ts';
import { blocked, judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onCluster } from '../steps/values.ts';

const minute = 60_000;
const saturday: MaintenanceWindow = {
  cron: '0 1 * * SAT',
  durationMs: 240 * minute,
  timezone: 'Europe/Paris',
  blackouts: ['2026-12-26'],
  source: 'prod.yaml:40',
};
const name = 'the window "0 1 * * SAT" for 4h (Europe/Paris), not on 2026-12-26, of prod.yaml:40';
const lane = (node: string): LaneTime => ({
  phase: 'workers',
  node,
  parallel: 1,
  touches: true,
  typicalMs: 2.5 * minute,
  longMs: 9 * minute,
});
const ahead = ['paris-cp1', 'paris-w1', 'paris-w2'].map(lane);
/** `null`: no plan was made. */
const at = (text: string, lanes: readonly LaneTime[] | null = ahead) => ({
  course: { now: Date.parse(text), ...(lanes === null ? {} : { ahead: lanes }) },
});
const fix = 'begin once it is open, or go on now, for a reason that is journalled: --ignore-window --reason TEXT';

describe('window', () => {
  const gate = bound(window, { window: saturday }, onCluster);

  it('passes while there is time for all', () => expect(gate.check(at('2026-11-28T01:00:00Z'))).toEqual(satisfied));

  it('blocks while it is closed, and says when it opens', () =>
    expect(gate.check(at('2026-11-27T22:30:00Z'))).toEqual(
      blocked(
        `${name} is closed: it is Fri 2026-11-27 23:30 there, it opens next on Sat 2026-11-28 01:00; this takes about 8m, and up to 27m`,
        fix,
      ),
    ));

  it('names the blackout', () =>
    expect(gate.check(at('2026-12-26T01:00:00Z'))).toEqual(
      blocked(
        `${name} is closed for the blackout 2026-12-26: it is Sat 2026-12-26 02:00 there, it opens next on Sat 2027-01-02 01:00; this takes about 8m, and up to 27m`,
        fix,
      ),
    ));

  it('blocks where there is no time for the first node', () =>
    expect(gate.check(at('2026-11-28T03:51:30Z'))).toEqual(
      blocked(
        `${name} is open until Sat 2026-11-28 05:00, 8m from now; paris-cp1 alone may take 9m: it would not be begun; it opens next on Sat 2026-12-05 01:00`,
        fix,
      ),
    ));

  it('says what to change where no opening is long enough for the first node', () =>
    expect(gate.check(at('2026-11-28T00:30:00Z', [{ ...lane('paris-cp1'), longMs: 300 * minute }]))).toEqual(
      blocked(
        `${name} is open until Sat 2026-11-28 05:00, 3h30m from now; paris-cp1 alone may take 5h: it would not be begun`,
        'no opening of it is long enough: give it more than 5h in prod.yaml:40, or go on now, for a reason that is journalled: --ignore-window --reason TEXT',
      ),
    ));

  it('warns where there is no time for all, and names who would be done', () =>
    expect(gate.check(at('2026-11-28T03:48:00Z'))).toEqual(
      judged(
        [],
        [
          {
            because: `${name} is open until Sat 2026-11-28 05:00, 12m from now; this takes about 8m, and up to 27m: 2 of 3 would be done (paris-cp1, paris-w1), and something left to do on paris-w2; it opens next on Sat 2026-12-05 01:00`,
            fix: 'go on, and with the rest in the next window (nodeops resume); or begin once the whole fits',
          },
        ],
      ),
    ));

  it('does not block where there is time for the first of several versions', () => {
    const hops = ['1.35.4 workers', '1.36.3 workers'].map((phase) => ({ ...lane('paris-w1'), phase }));
    expect(gate.check(at('2026-11-28T03:50:00Z', hops))).toMatchObject({
      kind: 'satisfied',
      warnings: [
        {
          because: expect.stringContaining(': 0 of 1 would be done, and something left to do on paris-w1; ') as unknown,
        },
      ],
    });
  });

  it('minds nothing where nothing is left to touch', () => {
    const looking = ahead.map((each) => ({ ...each, touches: false }));
    expect(gate.check(at('2026-11-27T22:30:00Z', looking))).toEqual(satisfied);
    expect(gate.check(at('2026-11-27T22:30:00Z', []))).toEqual(satisfied);
  });

  it('judges the clock alone where there is no plan', () => {
    expect(gate.check(at('2026-11-28T03:59:00Z', null))).toEqual(satisfied);
    expect(gate.check(at('2026-11-28T04:00:00Z', null))).toMatchObject({ kind: 'blocked' });
  });

  it('is only told where it is ignored, with the reason', () => {
    const ignoring = bound(window, { window: saturday, ignoreWindow: 'CHG-4711' }, onCluster);
    expect(ignoring.check(at('2026-11-27T22:30:00Z'))).toMatchObject({
      kind: 'satisfied',
      warnings: [{ because: expect.stringContaining(`ignored (CHG-4711): ${name} is closed`) as unknown }],
    });
    expect(ignoring.check(at('2026-11-28T01:00:00Z'))).toEqual(satisfied);
  });
});
