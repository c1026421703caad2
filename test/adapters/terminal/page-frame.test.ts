import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pageFrame, pagePressed, type PageState } from '../../../src/adapters/terminal/page/page-frame.ts';
import { scrolled } from '../../../src/adapters/terminal/scroll.ts';
import type { PageContent } from '../../../src/ports/live-page.ts';
import { colourPaint, noPaint } from '../../../src/report/paint.ts';

/** So many clusters, every tenth of which somebody should look at. */
const content = (clusters: number): PageContent => ({
  title: `${clusters} clusters`,
  head: 'cluster  state',
  rows: Array.from({ length: clusters }, (_, index) => ({
    text: `c${index}  ${index % 10 === 9 ? 'Failed' : 'Stable'}`,
    grave: index % 10 === 9,
  })),
  below: clusters === 0 ? [] : ['! c9: a run left something undone'],
});

const first: PageState = { from: 0, graveOnly: false };
const text = (of: PageContent, state: PageState, columns: number, rows: number, keys = true): string =>
  pageFrame(of, state, { columns, rows, keys, paint: noPaint }).lines.join('\n');

describe('a page', () => {
  it('has all where all fits', () => {
    expect(text(content(3), first, 60, 9)).toMatchInlineSnapshot(`
      "3 clusters
      cluster  state
      c0  Stable
      c1  Stable
      c2  Stable

      ! c9: a run left something undone

      ↑↓ PgUp PgDn scroll · f only what needs a look · q quit"
    `);
  });

  it('has what fits of 300 clusters, and says how much that is', () => {
    expect(text(content(300), { from: 295, graveOnly: false }, 60, 9)).toMatchInlineSnapshot(`
      "300 clusters
      cluster  state
      c295  Stable
      c296  Stable
      c297  Stable
      c298  Stable
      c299  Failed

      lines 296–301 of 302 · ↑↓ PgUp PgDn scroll · f only what ne…"
    `);
  });

  it('has only what somebody should look at', () => {
    expect(text(content(300), { from: 0, graveOnly: true }, 60, 7)).toMatchInlineSnapshot(`
      "300 clusters · only what needs a look
      cluster  state
      c9  Failed
      c19  Failed
      c29  Failed
      c39  Failed
      lines 1–4 of 32 · ↑↓ PgUp PgDn scroll · f only what needs a…"
    `);
  });

  it('says nothing of keys that nobody hears', () => {
    expect(text(content(300), first, 60, 9, false).split('\n').at(-1)).toBe('lines 1–6 of 302');
    expect(text(content(3), first, 60, 9, false).split('\n').at(-1)).toBe('');
  });

  it.each([0, 1, 4, 300])('of %d clusters fits every terminal', (clusters) => {
    for (const rows of [1, 2, 3, 4, 10, 24])
      for (const columns of [5, 30, 80])
        for (const state of [first, { from: 9999, graveOnly: false }, { from: 3, graveOnly: true }]) {
          const view = { columns, rows, keys: true, paint: colourPaint };
          const { lines } = pageFrame(content(clusters), state, view);
          expect(lines.length).toBeLessThanOrEqual(rows);
          expect(Math.max(...lines.map((line) => stripVTControlCharacters(line).length))).toBeLessThanOrEqual(columns);
        }
  });
});

it.each([
  ['up', 19],
  ['k', 19],
  ['down', 21],
  ['j', 21],
  ['pagedown', 30],
  ['space', 30],
  ['n', 30],
  ['pageup', 10],
  ['b', 10],
  ['home', 0],
  ['end', 90],
  ['x', undefined],
  ['constructor', undefined],
] as const)('%s scrolls lines 20 to 30 of 100 to %s', (key, from) => {
  expect(scrolled(key, { from: 20, size: 10, all: 100 })).toBe(from);
});

it('never scrolls beyond the first line or the last one', () => {
  expect(scrolled('up', { from: 0, size: 10, all: 100 })).toBe(0);
  expect(scrolled('pagedown', { from: 85, size: 10, all: 100 })).toBe(90);
  expect(scrolled('pagedown', { from: 0, size: 5, all: 5 })).toBe(0);
});

it('f leaves what is well out, from its first line on, and shows it again', () => {
  const page = { from: 20, size: 10, all: 100 };
  const filtered = pagePressed({ from: 20, graveOnly: false }, 'f', page);
  expect(filtered).toEqual({ from: 0, graveOnly: true });
  expect(pagePressed(filtered, 'f', page)).toEqual(first);
  expect(pagePressed(filtered, 'x', page)).toEqual(filtered);
});
