import type { Paint, Tone } from './paint.ts';

/** Something that is not as it should be after a maintenance. */
export interface Miss {
  readonly because: string;
  /** What to type. */
  readonly next: string;
}

export interface ChecklistItem {
  readonly item: string;
  readonly verdict: 'ok' | 'miss' | 'unknown';
  readonly misses: readonly Miss[];
  /** What could not be asked, and why. */
  readonly unread: readonly string[];
}

export interface Checklist {
  readonly cluster: string;
  readonly items: readonly ChecklistItem[];
}

const marks: Readonly<Record<ChecklistItem['verdict'], readonly [Tone, string]>> = {
  ok: ['good', '✓'],
  miss: ['bad', '✗'],
  unknown: ['warn', '?'],
};

const lines = ({ item, verdict, misses, unread }: ChecklistItem, paint: Paint): readonly string[] => [
  ...(verdict === 'ok' ? [`${paint(...marks.ok)} ${item}`] : []),
  ...misses.map(({ because, next }) => `${paint(...marks.miss)} ${item}: ${because} → ${paint('strong', next)}`),
  ...unread.map((why) => `${paint(...marks.unknown)} ${item}: ${why}`),
];

/** A line for each item that is well; for the others one for each miss, with what to type next. */
export const checklistText = ({ cluster, items }: Checklist, paint: Paint): string =>
  [paint('strong', cluster), ...items.flatMap((item) => lines(item, paint)).map((line) => `  ${line}`), ''].join('\n');
