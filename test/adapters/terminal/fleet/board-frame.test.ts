import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { boardFrame, lastLines, type BoardView } from '../../../../src/adapters/terminal/fleet/board-frame.ts';
import { firstState, pressed, type BoardState } from '../../../../src/adapters/terminal/fleet/board-state.ts';
import type { FleetBoard } from '../../../../src/adapters/terminal/fleet/fleet-board.ts';
import { formatDuration } from '../../../../src/report/duration.ts';
import { colourPaint, noPaint } from '../../../../src/report/paint.ts';
import { boardOf, lookedAt } from './boards.ts';

const view = (columns: number, rows: number, more: Partial<BoardView> = {}): BoardView => ({
  look: { paint: noPaint, duration: formatDuration },
  now: lookedAt,
  typical: {},
  columns,
  rows,
  keys: true,
  run: '2026-11-21-020000-1f3a',
  notices: [],
  ...more,
});

const hundreds = (): FleetBoard =>
  boardOf(
    [
      { name: 'dev', members: { failed: 1, done: 9 } },
      { name: 'staging', members: { failed: 1, blocked: 1, 'at-work': 10, looking: 2, done: 12, waiting: 14 } },
      { name: 'prod', members: { waiting: 250 } },
    ],
    1,
  );

const text = (board: FleetBoard, columns: number, rows: number, state = firstState(board.current)): string =>
  boardFrame(board, state, view(columns, rows))
    .lines.map((line) => line.trimEnd())
    .join('\n');

describe('what is seen of 300 clusters', () => {
  it('in 80 columns and 24 rows: all waves, and those that failed or run in the one that goes', () => {
    expect(text(hundreds(), 80, 24)).toMatchInlineSnapshot(`
      " upgrade · run 2026-11-21-020000-1f3a · 6m 00s
       ✗ 1 dev      5m 00s · 9 of 10 done · 1 failed
         ✗ dev-001      5m 00s · failed
      ›✗ 2 staging  6m 00s · 12 of 40 done · 12 running · 2 failed · 14 waiting
         ✗ staging-001  5m 00s · failed
         ✗ staging-002  5m 00s · blocked
         ▸ staging-003  6m 00s · workers › staging-003-w2 › drain the node · less tha…
         ▸ staging-004  6m 00s · workers › staging-004-w2 › drain the node · less tha…
         ▸ staging-005  6m 00s · workers › staging-005-w2 › drain the node · less tha…
         ▸ staging-006  6m 00s · workers › staging-006-w2 › drain the node · less tha…
         ▸ staging-007  6m 00s · workers › staging-007-w2 › drain the node · less tha…
         ▸ staging-008  6m 00s · workers › staging-008-w2 › drain the node · less tha…
         ▸ staging-009  6m 00s · workers › staging-009-w2 › drain the node · less tha…
         ▸ staging-010  6m 00s · workers › staging-010-w2 › drain the node · less tha…
         ▸ staging-011  6m 00s · workers › staging-011-w2 › drain the node · less tha…
         ▸ staging-012  6m 00s · workers › staging-012-w2 › drain the node · less tha…
         ▸ staging-013  6m 00s · looked at before it begins
         ▸ staging-014  6m 00s · looked at before it begins
       · 3 prod     0 of 250 done · 250 waiting




       Enter fold · a all · f failed · PgDn page · ? help · Ctrl-C stop"
    `);
  });

  it('in 60 columns and 12 rows', () => {
    expect(text(hundreds(), 60, 12)).toMatchInlineSnapshot(`
      " upgrade · run 2026-11-21-020000-1f3a · 6m 00s
       ✗ 1 dev      5m 00s · 9 of 10 done · 1 failed
      ›✗ 2 staging  6m 00s · 12 of 40 done · 12 running · 2 faile…
         ✗ staging-001  5m 00s · failed
         ✗ staging-002  5m 00s · blocked
         ▸ staging-003  6m 00s · workers › staging-003-w2 › drain…
         ▸ staging-004  6m 00s · workers › staging-004-w2 › drain…
         ▸ staging-005  6m 00s · workers › staging-005-w2 › drain…
         ▸ staging-006  6m 00s · workers › staging-006-w2 › drain…
         ▸ staging-007  6m 00s · workers › staging-007-w2 › drain…
       · 3 prod     0 of 250 done · 250 waiting
       lines 2–8 of 15 · a all · f failed · ? help · Ctrl-C stop"
    `);
  });

  it('with nothing but failures', () => {
    const state = { ...firstState(1), failedOnly: true };
    expect(text(hundreds(), 80, 12, state)).toMatchInlineSnapshot(`
      " upgrade · run 2026-11-21-020000-1f3a · 6m 00s · failed clusters only
       ✗ 1 dev      5m 00s · 9 of 10 done · 1 failed
         ✗ dev-001      5m 00s · failed
      ›✗ 2 staging  6m 00s · 12 of 40 done · 12 running · 2 failed · 14 waiting
         ✗ staging-001  5m 00s · failed
         ✗ staging-002  5m 00s · blocked
       · 3 prod     0 of 250 done · 250 waiting




       Enter fold · a all · f failed · PgDn page · ? help · Ctrl-C stop"
    `);
  });

  it('with a wave folded: the others have the room', () => {
    const folded = pressed(firstState(1), '2', 3, { from: 0, size: 0, all: 0 });
    expect(text(hundreds(), 80, 10, folded)).toMatchInlineSnapshot(`
      " upgrade · run 2026-11-21-020000-1f3a · 6m 00s
       ✗ 1 dev      5m 00s · 9 of 10 done · 1 failed
         ✗ dev-001  5m 00s · failed
      ›✗ 2 staging  6m 00s · 12 of 40 done · 12 running · 2 failed · 14 waiting · fol…
       · 3 prod     0 of 250 done · 250 waiting




       Enter fold · a all · f failed · PgDn page · ? help · Ctrl-C stop"
    `);
  });
});

it('shows a few clusters as trees, as detailed as there is room for', () => {
  const few = boardOf([{ members: { 'at-work': 2, waiting: 2 } }]);
  expect(text(few, 80, 30)).toMatchInlineSnapshot(`
    " upgrade · run 2026-11-21-020000-1f3a · 6m 00s
     ▸ clusters  6m 00s · 0 of 4 done · 2 running · 2 waiting
       ▸ c-001: upgrade  6m 00s · less than a minute left
         ✓ before anything  4.4s
         ✓ first control plane  3m 39s
         ▸ workers  2m 16s · 1 of 2 nodes
           ✓ c-001-w1  50s · 6 steps · 1 had nothing to do
           ▸ c-001-w2  1m 26s · 2 of 6 steps
             ✓ read packages from the v1.36 repository  1.2s
             ✓ kubeadm upgrade node  1.2s
             ▸ drain the node  1m 24s
               pod/cache-0 evicted
             · install kubelet and kubectl 1.36.3
             · restart the kubelet
             · uncordon the node
       ▸ c-002: upgrade  6m 00s · less than a minute left
         ✓ before anything  4.4s
         ✓ first control plane  3m 39s
         ▸ workers  2m 16s · 1 of 2 nodes
           ✓ c-002-w1  50s · 6 steps · 1 had nothing to do
           ▸ c-002-w2  1m 26s · 2 of 6 steps
             ✓ read packages from the v1.36 repository  1.2s
             ✓ kubeadm upgrade node  1.2s
             ▸ drain the node  1m 24s
               pod/cache-0 evicted
             · install kubelet and kubectl 1.36.3
             · restart the kubelet
             · uncordon the node

     Enter fold · a all · f failed · PgDn page · ? help · Ctrl-C stop"
  `);
  const lines = [60, 30, 12].map((rows) => text(few, 80, rows).trimEnd().split('\n').filter(Boolean).length);
  expect(lines).toEqual(lines.toSorted((a, b) => b - a));
});

const boards: readonly (readonly [string, () => FleetBoard])[] = [
  ['four clusters', () => boardOf([{ members: { 'at-work': 2, waiting: 2 } }])],
  ['300 clusters, three waves', hundreds],
  ['300 clusters at work at once', () => boardOf([{ members: { 'at-work': 300 } }])],
  ['300 clusters failed', () => boardOf([{ name: 'prod', members: { failed: 300 } }])],
  [
    '40 waves',
    () =>
      boardOf(
        Array.from({ length: 40 }, (_, index) => ({ name: `w${index}`, members: { failed: 1, 'at-work': 2 } })),
        20,
      ),
  ],
  ['no cluster', () => boardOf([{ members: {} }])],
];
const states: readonly (readonly [string, Partial<BoardState>])[] = [
  ['as it begins', {}],
  ['all unfolded', { folds: new Map(Array.from({ length: 40 }, (_, index) => [index, 'all'] as const)) }],
  ['all folded', { folds: new Map(Array.from({ length: 40 }, (_, index) => [index, 'closed'] as const)) }],
  ['failed only', { failedOnly: true }],
  ['paged beyond the end', { from: 10_000 }],
  ['help', { help: true }],
];
const sizes = [1, 3, 6, 24, 60].flatMap((rows) => [10, 80, 200].map((columns) => [columns, rows] as const));
const paints = [noPaint, colourPaint];

describe.each(boards)('%s', (_name, build) => {
  it.each(states)('%s: fits every terminal', (_what, state) => {
    const board = build();
    for (const [columns, rows] of sizes)
      for (const paint of paints)
        for (const keys of [true, false]) {
          const { lines } = boardFrame(
            board,
            { ...firstState(board.current), ...state },
            view(columns, rows, {
              keys,
              look: { paint, duration: formatDuration },
              notices: ['dev-001: OWNERSHIP LOST: '.padEnd(150, 'x'), 'two\nlines', 'three', 'four', 'five'],
            }),
          );
          expect(lines.length, `${columns}x${rows}`).toBeLessThanOrEqual(rows);
          const widths = lines.map((line) => stripVTControlCharacters(line).length);
          expect(Math.max(0, ...widths), `${columns}x${rows}`).toBeLessThanOrEqual(columns);
          expect(lines.some((line) => stripVTControlCharacters(line).includes('\n'))).toBe(false);
        }
  });
});

it('every cluster that failed or runs is on one of the pages, and on one only', () => {
  const board = boardOf(
    [
      { name: 'dev', members: { failed: 40 } },
      { name: 'prod', members: { 'at-work': 60 } },
    ],
    1,
  );
  let state: BoardState = { ...firstState(1), from: 0 };
  const seen: string[] = [];
  for (let pages = 0; pages < 100; pages += 1) {
    const { lines, page } = boardFrame(board, state, view(80, 24));
    // The last page is filled up from the one before.
    const fresh = lines
      .flatMap((line) => /^ +[▸✗] (\S+-\d{3}) /.exec(line)?.[1] ?? [])
      .filter((name) => !seen.includes(name));
    seen.push(...fresh);
    if (page.from + page.size >= page.all) break;
    state = pressed(state, 'pagedown', 2, page);
  }
  expect(seen).toHaveLength(100);
});

it('a wave to come says that clusters of it are in the way, and shows them when asked', () => {
  const board = boardOf([
    { name: 'dev', members: { 'at-work': 1 } },
    { name: 'prod', members: { blocked: 2, waiting: 3 } },
  ]);
  expect(text(board, 80, 8)).toContain('0 of 5 done · 2 failed · 3 waiting · folded');
  expect(text(board, 80, 8)).not.toContain('prod-001');
  const unfolded = pressed(firstState(0), '2', 2, { from: 0, size: 0, all: 0 });
  expect(text(board, 80, 8, unfolded)).toContain('✗ prod-001  5m 00s · blocked');
});

it('without keys it says how much does not fit', () => {
  const board = boardOf([{ members: { 'at-work': 300 } }]);
  const { lines } = boardFrame(board, firstState(0), view(80, 24, { keys: false }));
  expect(lines.at(-1)).toBe(' lines 1–21 of 300');
  expect(lines.some((line) => line.includes('?'))).toBe(false);
});

it('notices have a few lines of a large terminal, the newest last', () => {
  const notices = Array.from({ length: 20 }, (_, index) => `notice ${index}`);
  const { lines } = boardFrame(hundreds(), firstState(1), view(80, 24, { notices }));
  expect(lines.slice(-5, -1)).toEqual([' notice 16', ' notice 17', ' notice 18', ' notice 19']);
});

it('leaves the wave, what did not end well in it, and all notices', () => {
  const board = boardOf(
    [
      { name: 'dev', members: { done: 3 } },
      { name: 'prod', members: { done: 2, failed: 1, interrupted: 1, 'not-begun': 1, idle: 1 } },
    ],
    1,
  );
  const lines = lastLines(board, { ...view(80, 24), notices: ['the newest', 'and the last'] });
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "✗ prod  5m 00s · 3 of 6 done · 1 failed · 1 stopped · 1 not begun
      ✗ prod-003  5m 00s · failed
      – prod-004  5m 00s · interrupted
    the newest
    and the last"
  `);
});
