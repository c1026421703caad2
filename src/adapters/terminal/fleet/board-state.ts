import { scrolled, type Scroll } from '../scroll.ts';

/** How much of a wave is shown below its line: nothing, clusters that run or failed, or all. */
export type Fold = 'closed' | 'open' | 'all';

/** What a person chose to see. */
export interface BoardState {
  /** The index of the wave that goes. */
  readonly current: number;
  /** The index of the wave that keys are about. */
  readonly selected: number;
  /** By the index of a wave, where something was chosen; otherwise waves to come are closed. */
  readonly folds: ReadonlyMap<number, Fold>;
  readonly failedOnly: boolean;
  /** The first line shown of those below the waves; undefined as long as nobody paged. */
  readonly from: number | undefined;
  readonly help: boolean;
}

export const firstState = (current: number): BoardState => ({
  current,
  selected: current,
  folds: new Map(),
  failedOnly: false,
  from: undefined,
  help: false,
});

export const foldOf = ({ folds, current }: BoardState, wave: number): Fold =>
  folds.get(wave) ?? (wave > current ? 'closed' : 'open');

const folded = (state: BoardState, wave: number, fold: Fold): BoardState => ({
  ...state,
  selected: wave,
  folds: new Map(state.folds).set(wave, fold),
});

const toggled = (state: BoardState, wave: number): BoardState =>
  folded(state, wave, foldOf(state, wave) === 'closed' ? 'open' : 'closed');

/** What a key means, by the name that `node:readline` has for it. */
const keys: Readonly<Record<string, (state: BoardState, waves: number) => BoardState>> = {
  up: (state) => ({ ...state, selected: Math.max(0, state.selected - 1) }),
  down: (state, waves) => ({ ...state, selected: Math.min(waves - 1, state.selected + 1) }),
  left: (state) => folded(state, state.selected, foldOf(state, state.selected) === 'all' ? 'open' : 'closed'),
  right: (state) => folded(state, state.selected, foldOf(state, state.selected) === 'closed' ? 'open' : 'all'),
  return: (state) => toggled(state, state.selected),
  space: (state) => toggled(state, state.selected),
  a: (state) => folded(state, state.selected, foldOf(state, state.selected) === 'all' ? 'open' : 'all'),
  f: (state) => ({ ...state, failedOnly: !state.failedOnly, from: undefined }),
  escape: (state) => ({ ...state, failedOnly: false, from: undefined }),
  '?': (state) => ({ ...state, help: true }),
};

/** Where keys have no name on some keyboards, as less(1) has them. */
const aliases: Readonly<Record<string, string>> = { enter: 'return', k: 'up', j: 'down' };

/** What is chosen once a key was pressed; the same where it means nothing. `page`: the lines below waves that are shown. */
export const pressed = (state: BoardState, key: string, waves: number, page: Scroll): BoardState => {
  if (state.help) return { ...state, help: false };
  if (/^[1-9]$/.test(key)) return Number(key) <= waves ? toggled(state, Number(key) - 1) : state;
  const name = aliases[key] ?? key;
  if (Object.hasOwn(keys, name)) return keys[name]?.(state, waves) ?? state;
  const from = scrolled(key, page);
  return from === undefined ? state : { ...state, from };
};

/** What keys do, as a page of help tells. */
export const keysHelp: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'choose a wave'],
  ['Enter', 'fold or unfold it'],
  ['1 … 9', 'fold or unfold that wave'],
  ['← →', 'show less or more of it'],
  ['a', 'all of its clusters, also those that are done or wait'],
  ['f', 'failed clusters only, of all waves'],
  ['PgUp PgDn', 'page, also b and n; Home, End'],
  ['Esc', 'back to what runs'],
  ['Ctrl-C', 'each cluster stops after its step in hand; twice: let go'],
  ['Ctrl-Z', 'suspend; fg goes on'],
];
