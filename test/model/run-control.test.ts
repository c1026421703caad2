import { describe, expect, it } from 'vitest';
import {
  askedBy,
  pauseOf,
  stopOf,
  type ControlAct,
  type ControlScope,
  type RunControl,
} from '../../src/model/run-control.ts';

const asked = (act: ControlAct, scope: ControlScope, at: number): RunControl => ({ act, scope, at, by: 'ana@bastion' });
const all = { kind: 'all' } as const;
const prod = { kind: 'wave', wave: 'prod' } as const;
const paris = { kind: 'clusters', clusters: ['paris', 'lyon'] } as const;

/** What was asked, in order; then by cluster and wave whether it is paused or stopped by which. */
const cases: readonly (readonly [string, readonly RunControl[], Readonly<Record<string, string>>])[] = [
  ['nothing', [], { 'paris prod': 'goes', 'oslo dev': 'goes' }],
  ['everything paused', [asked('pause', all, 1)], { 'paris prod': 'paused 1', oslo: 'paused 1' }],
  ['a wave paused', [asked('pause', prod, 1)], { 'paris prod': 'paused 1', 'oslo dev': 'goes', rome: 'goes' }],
  ['clusters paused', [asked('pause', paris, 1)], { 'paris prod': 'paused 1', 'oslo prod': 'goes', lyon: 'paused 1' }],
  ['the last word counts', [asked('pause', all, 1), asked('continue', paris, 2)], { paris: 'goes', oslo: 'paused 1' }],
  [
    'paused again',
    [asked('pause', all, 1), asked('continue', all, 2), asked('pause', prod, 3)],
    { 'paris prod': 'paused 3', oslo: 'goes' },
  ],
  [
    'a stop cannot be taken back',
    [asked('stop', paris, 1), asked('continue', all, 2)],
    { paris: 'stopped 1', oslo: 'goes' },
  ],
];

describe('what was asked of a run', () => {
  it.each(cases)('%s', (_what, controls, parts) => {
    for (const [part, expected] of Object.entries(parts)) {
      const [cluster = '', wave] = part.split(' ');
      const stop = stopOf(controls, { cluster, wave });
      const pause = pauseOf(controls, { cluster, wave });
      const seen = stop === undefined ? (pause === undefined ? 'goes' : `paused ${pause.at}`) : `stopped ${stop.at}`;
      expect([part, seen]).toEqual([part, expected]);
    }
  });

  it('only a stop of everything stops the run as a whole', () => {
    expect(stopOf([asked('stop', paris, 1), asked('pause', all, 2)])).toBeUndefined();
    expect(stopOf([asked('stop', paris, 1), asked('stop', all, 2)])?.at).toBe(2);
  });

  it('says who asked, and why', () => {
    expect(askedBy(asked('stop', all, 1))).toBe('by ana@bastion');
    expect(askedBy({ ...asked('stop', all, 1), reason: 'users complain' })).toBe('by ana@bastion: users complain');
  });
});
