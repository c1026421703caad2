import type { Paint, Tone } from './paint.ts';

/** Something that is not as it should be after a maintenance. */
export interface Miss {
  readonly because: string;
  /** What to type. */
  readonly next: string;
  /** What a container printed last: `kubectl logs --previous`. */
  readonly lines?: readonly string[];
  /** Whose it is where it is no part of the platform: `shop/web`. */
  readonly application?: string;
}

export interface ChecklistItem {
  readonly item: string;
  readonly verdict: 'ok' | 'miss' | 'unknown';
  readonly misses: readonly Miss[];
  /** What could not be asked, and why. */
  readonly unread: readonly string[];
  /** What is worth knowing and no miss: it was so before, or a maintenance does that. */
  readonly notes?: readonly string[];
}

export interface Checklist {
  readonly cluster: string;
  readonly items: readonly ChecklistItem[];
  /** The run since whose beginning it is compared. */
  readonly since?: { readonly run: string; readonly at: number };
  /** What follows from all of it, a sentence each. */
  readonly advice?: readonly string[];
}

const marks: Readonly<Record<ChecklistItem['verdict'], readonly [Tone, string]>> = {
  ok: ['good', '✓'],
  miss: ['bad', '✗'],
  unknown: ['warn', '?'],
};

const itemLines = ({ item, verdict, misses, unread, notes = [] }: ChecklistItem, paint: Paint): readonly string[] => [
  ...(verdict === 'ok' ? [`${paint(...marks.ok)} ${item}`] : []),
  ...misses.flatMap(({ because, next, lines = [] }) => [
    `${paint(...marks.miss)} ${item}: ${because} → ${paint('strong', next)}`,
    ...lines.map((line) => paint('faint', `    | ${line}`)),
  ]),
  ...unread.map((why) => `${paint(...marks.unknown)} ${item}: ${why}`),
  ...notes.map((note) => paint('faint', `· ${note}`)),
];

/** Whose an item is where it is not everybody's. */
const merged = (lists: readonly Checklist[]): readonly ChecklistItem[] => {
  const all = lists.flatMap(({ cluster, items }) => items.map((item) => ({ cluster, item })));
  return [...Map.groupBy(all, ({ item }) => item.item)].map(([name, own]) => {
    const prefixed = (of: (item: ChecklistItem) => readonly string[]): readonly string[] =>
      own.flatMap(({ cluster, item }) => of(item).map((text) => `${cluster}: ${text}`));
    const misses = own.flatMap(({ cluster, item }) =>
      item.misses.map((miss) => ({ ...miss, because: `${cluster}: ${miss.because}` })),
    );
    const unread = prefixed((item) => item.unread);
    const whose = own.length === lists.length ? '' : ` (${own.map(({ cluster }) => cluster).join(', ')})`;
    return {
      item: `${name}${whose}`,
      verdict: misses.length > 0 ? 'miss' : unread.length > 0 ? 'unknown' : 'ok',
      misses,
      unread,
      notes: prefixed((item) => item.notes ?? []),
    };
  });
};

const sinceText = ({ since }: Checklist): string =>
  since === undefined
    ? ''
    : `, compared with how it was when the run ${since.run} began (${new Date(since.at).toISOString().slice(0, 19).replace('T', ' ')} UTC)`;

/**
 * A line for each item that is well; for the others one for each miss, with what to type next. Of several clusters one
 * list, in which an item is well where it is so everywhere.
 */
export const checklistText = (lists: readonly Checklist[], paint: Paint): string => {
  const [only, ...others] = lists;
  if (only === undefined) return '';
  const heads = lists.map((list) => `${paint('strong', list.cluster)}${sinceText(list)}`);
  const items = others.length === 0 ? only.items : merged(lists);
  const advice = lists.flatMap((list) => list.advice ?? []);
  return [
    ...heads,
    ...items.flatMap((item) => itemLines(item, paint)).map((line) => `  ${line}`),
    ...(advice.length === 0 ? [] : ['', ...advice.map((sentence) => paint('warn', sentence))]),
    '',
  ].join('\n');
};
