import { describe, expect, it } from 'vitest';
import {
  firstState,
  foldOf,
  keysHelp,
  pressed,
  type BoardState,
} from '../../../../src/adapters/terminal/fleet/board-state.ts';
import type { Scroll } from '../../../../src/adapters/terminal/scroll.ts';

const page: Scroll = { from: 20, size: 10, all: 45 };
const press = (keys: readonly string[], state: BoardState = firstState(1)): BoardState =>
  keys.reduce((now, key) => pressed(now, key, 3, page), state);

describe('which wave is chosen, of three, the second one going', () => {
  it.each([
    [['up'], 0],
    [['up', 'up'], 0],
    [['down'], 2],
    [['down', 'down', 'j'], 2],
    [['k'], 0],
    [['3'], 2],
    [['9'], 1],
  ] as const)('%j: %d', (keys, selected) => expect(press(keys).selected).toBe(selected));
});

describe('how a wave is folded', () => {
  it.each([
    [['return'], 1, 'closed'],
    [['return', 'return'], 1, 'open'],
    [['enter'], 1, 'closed'],
    [['space'], 1, 'closed'],
    [['up', 'return'], 0, 'closed'],
    [['up', 'return'], 1, 'open'],
    [[], 0, 'open'],
    [[], 1, 'open'],
    [[], 2, 'closed'],
    [['3'], 2, 'open'],
    [['3', '3'], 2, 'closed'],
    [['right'], 1, 'all'],
    [['right', 'left'], 1, 'open'],
    [['left'], 1, 'closed'],
    [['left', 'right'], 1, 'open'],
    [['a'], 1, 'all'],
    [['a', 'a'], 1, 'open'],
    [['a', 'return'], 1, 'closed'],
  ] as const)('%j: wave %d is %s', (keys, wave, fold) => expect(foldOf(press(keys), wave)).toBe(fold));
});

describe('which page, of lines 20 to 30 of 45', () => {
  it.each([
    [[], undefined],
    [['pagedown'], 30],
    [['n'], 30],
    [['pageup'], 10],
    [['b'], 10],
    [['home'], 0],
    [['end'], 35],
    [['pagedown', 'escape'], undefined],
    [['pagedown', 'f'], undefined],
  ] as const)('%j: from %s', (keys, from) => expect(press(keys).from).toBe(from));

  it('no page is left behind the last line', () => {
    expect(pressed(firstState(0), 'pagedown', 1, { from: 30, size: 10, all: 45 }).from).toBe(35);
    expect(pressed(firstState(0), 'pagedown', 1, { from: 0, size: 3, all: 3 }).from).toBe(0);
  });
});

it('f shows failures only until it is pressed again, or Esc', () => {
  expect([['f'], ['f', 'f'], ['f', 'escape']].map((keys) => press(keys).failedOnly)).toEqual([true, false, false]);
});

it('? shows help, and any key leaves it and does nothing else', () => {
  expect(press(['?']).help).toBe(true);
  expect(press(['?', 'f'])).toEqual(firstState(1));
});

it.each(['x', '', 'constructor', 'f5', '0'])('%j means nothing', (key) => expect(press([key])).toEqual(firstState(1)));

it('help fits a terminal of 80 columns', () => {
  expect(Math.max(...keysHelp.map(([, what]) => what.length))).toBeLessThan(66);
});
