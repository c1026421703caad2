/** Which of all lines are shown. */
export interface Scroll {
  readonly from: number;
  readonly size: number;
  readonly all: number;
}

/** Of nothing. */
export const noScroll: Scroll = { from: 0, size: 0, all: 0 };

const moves: Readonly<Record<string, (scroll: Scroll) => number>> = {
  up: ({ from }) => from - 1,
  down: ({ from }) => from + 1,
  pagedown: ({ from, size }) => from + size,
  pageup: ({ from, size }) => from - size,
  home: () => 0,
  end: ({ all }) => all,
};

/** Where keys have no name on some keyboards, as less(1) has them. */
const aliases: Readonly<Record<string, string>> = { k: 'up', j: 'down', n: 'pagedown', space: 'pagedown', b: 'pageup' };

/** The first line shown once a key was pressed; undefined for one that scrolls nothing. */
export const scrolled = (key: string, scroll: Scroll): number | undefined => {
  const name = aliases[key] ?? key;
  const move = Object.hasOwn(moves, name) ? moves[name] : undefined;
  return move === undefined ? undefined : Math.max(0, Math.min(move(scroll), scroll.all - scroll.size));
};
