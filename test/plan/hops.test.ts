import { describe, expect, it } from 'vitest';
import { hopsOf, minorsOnTheWay, type Way } from '../../src/plan/hops.ts';

const way = (over: Partial<Way>): Way => ({
  current: '1.34.4',
  target: '1.36.3',
  running: ['1.34.4', '1.34.4'],
  offered: new Map([['1.35', ['1.35.4', '1.35.10', '1.35.1', '1.35.11-rc.0']]]),
  via: [],
  ...over,
});

describe('the versions that an upgrade goes over', () => {
  it.each<[string, Partial<Way>, readonly string[]]>([
    ['a patch', { target: '1.34.9' }, ['1.34.9']],
    ['what is there already', { target: '1.34.4' }, ['1.34.4']],
    ['a way back: for the gate to refuse', { target: '1.33.1' }, ['1.33.1']],
    ['the next minor', { target: '1.35.4' }, ['1.35.4']],
    ['over the newest patch of the minor between, pre-releases left out', {}, ['1.35.10', '1.36.3']],
    ['over the one that was named', { via: ['1.35.1', '1.33.3'] }, ['1.35.1', '1.36.3']],
    ['over two', { current: '1.33.1', running: ['1.33.1'] }, ['1.34.0', '1.35.10', '1.36.3']],
    ['a minor that nothing is known of: for the gate to refuse', { offered: new Map() }, ['1.35.0', '1.36.3']],
    [
      'a hop that was left half-way is ended first, to its own version',
      { current: '1.35.4', running: ['1.35.4', '1.34.4'] },
      ['1.35.4', '1.36.3'],
    ],
    [
      'nobody else is there to take pods: the hop that left the others out is ended first',
      { current: '1.35.4', running: ['1.35.4', '1.35.4'], stranded: true },
      ['1.35.4', '1.36.3'],
    ],
    ['the last one was left half-way', { current: '1.36.3', running: ['1.36.3', '1.35.4'] }, ['1.36.3']],
    ['all are where the configuration is', { current: '1.35.4', running: ['1.35.4', '1.35.4'] }, ['1.36.3']],
  ])('%s', (_what, over, hops) => expect(hopsOf(way(over))).toEqual(hops));

  it.each([
    ['1.34.4', '1.37.0', ['1.35', '1.36']],
    ['1.34.4', '1.35.0', []],
    ['1.36.3', '1.34.4', []],
  ])('%s to %s has %j between', (current, target, minors) => expect(minorsOnTheWay(current, target)).toEqual(minors));
});
