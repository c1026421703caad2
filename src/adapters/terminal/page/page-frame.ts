import cliTruncate from 'cli-truncate';
import type { PageContent } from '../../../ports/live-page.ts';
import type { Look } from '../look.ts';
import { scrolled, type Scroll } from '../scroll.ts';

export interface PageState {
  readonly from: number;
  /** Only what somebody should look at. */
  readonly graveOnly: boolean;
}

export interface PageView {
  readonly columns: number;
  readonly rows: number;
  /** Keys are heard. */
  readonly keys: boolean;
  readonly paint: Look['paint'];
}

const keysText = '↑↓ PgUp PgDn scroll · f only what needs a look · q quit';

/** What is chosen once a key was pressed; the same where it means nothing. `q` is the business of whoever ends the page. */
export const pagePressed = (state: PageState, key: string, page: Scroll): PageState =>
  key === 'f'
    ? { from: 0, graveOnly: !state.graveOnly }
    : { ...state, from: scrolled(key, { ...page, from: state.from }) ?? state.from };

/** A page as it fits a terminal: never more lines than rows, none wider than the columns. */
export const pageFrame = (
  { title, head, rows: all, below }: PageContent,
  state: PageState,
  { columns, rows, keys, paint }: PageView,
): { readonly lines: readonly string[]; readonly page: Scroll } => {
  const table = all.filter(({ grave }) => grave || !state.graveOnly).map(({ text }) => text);
  const body = [...table, ...(below.length === 0 ? [] : ['', ...below])];
  const room = Math.max(0, rows - 3);
  const overflows = body.length > room;
  const size = Math.min(room, body.length);
  const from = Math.max(0, Math.min(state.from, body.length - size));
  const where = overflows ? [`lines ${from + 1}–${from + size} of ${body.length}`] : [];
  const chosen = state.graveOnly ? ['only what needs a look'] : [];
  const shown = body.slice(from, from + size);
  const lines = [
    paint('strong', [title, ...chosen].join(' · ')),
    head,
    ...shown,
    ...Array.from({ length: room - shown.length }, () => ''),
    paint('faint', [...where, ...(keys ? [keysText] : [])].join(' · ')),
  ];
  return {
    lines: lines.slice(0, rows).map((line) => cliTruncate(line, columns)),
    page: { from, size, all: body.length },
  };
};
