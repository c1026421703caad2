/** How much of a wave is shown below its line: nothing, clusters that run or failed, or all. */
export type Fold = 'closed' | 'open' | 'all';

/** What a person chose to see. */
export interface BoardState {
  /** The index of the wave that keys are about. */
  readonly selected: number;
  /** By the index of a wave; `open` where nothing was chosen. */
  readonly folds: ReadonlyMap<number, Fold>;
  readonly failedOnly: boolean;
  /** The first line shown of those below the waves; undefined as long as nobody paged. */
  readonly from: number | undefined;
  readonly help: boolean;
}

/** Which lines below the waves the last frame had. */
export interface Page {
  readonly from: number;
  readonly size: number;
  readonly all: number;
}

export const firstState = (current: number): BoardState => ({
  selected: current,
  folds: new Map(),
  failedOnly: false,
  from: undefined,
  help: false,
});

export const foldOf = ({ folds }: BoardState, wave: number): Fold => folds.get(wave) ?? 'open';

const folded = (state: BoardState, wave: number, fold: Fold): BoardState => ({
  ...state,
  selected: wave,
  folds: new Map(state.folds).set(wave, fold),
});

const toggled = (state: BoardState, wave: number): BoardState =>
  folded(state, wave, foldOf(state, wave) === 'closed' ? 'open' : 'closed');

const paged = (state: BoardState, { size, all }: Page, from: number): BoardState => ({
  ...state,
  from: Math.max(0, Math.min(from, all - size)),
});

/** What a key means, by the name that `node:readline` has for it. */
const keys: Readonly<Record<string, (state: BoardState, waves: number, page: Page) => BoardState>> = {
  up: (state) => ({ ...state, selected: Math.max(0, state.selected - 1) }),
  down: (state, waves) => ({ ...state, selected: Math.min(waves - 1, state.selected + 1) }),
  left: (state) => folded(state, state.selected, foldOf(state, state.selected) === 'all' ? 'open' : 'closed'),
  right: (state) => folded(state, state.selected, foldOf(state, state.selected) === 'closed' ? 'open' : 'all'),
  return: (state) => toggled(state, state.selected),
  space: (state) => toggled(state, state.selected),
  a: (state) => folded(state, state.selected, foldOf(state, state.selected) === 'all' ? 'open' : 'all'),
  f: (state) => ({ ...state, failedOnly: !state.failedOnly, from: undefined }),
  pagedown: (state, _waves, page) => paged(state, page, page.from + page.size),
  pageup: (state, _waves, page) => paged(state, page, page.from - page.size),
  home: (state, _waves, page) => paged(state, page, 0),
  end: (state, _waves, page) => paged(state, page, page.all),
  escape: (state) => ({ ...state, failedOnly: false, from: undefined }),
  '?': (state) => ({ ...state, help: true }),
};

/** Where keys have no name on some keyboards, as less(1) has them. */
const aliases: Readonly<Record<string, string>> = { enter: 'return', k: 'up', j: 'down', n: 'pagedown', b: 'pageup' };

/** What is chosen once a key was pressed; the same where it means nothing. */
export const pressed = (state: BoardState, key: string, waves: number, page: Page): BoardState => {
  if (state.help) return { ...state, help: false };
  if (/^[1-9]$/.test(key)) return Number(key) <= waves ? toggled(state, Number(key) - 1) : state;
  const name = aliases[key] ?? key;
  return Object.hasOwn(keys, name) ? (keys[name]?.(state, waves, page) ?? state) : state;
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
