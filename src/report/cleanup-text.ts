import { formatDuration } from './duration.ts';
import type { Paint } from './paint.ts';

/** Something that is stuck, or left over. */
export interface StuckItem {
  /** As it is named to `nodeops cleanup`; missing for what is not cleaned up by name. */
  readonly name?: string;
  /** How it is called where it has no such name. */
  readonly what: string;
  readonly because: readonly string[];
  /** Since when, in ms since the epoch; missing where nobody knows. */
  readonly since?: number;
  /** What to type instead, or before. */
  readonly next?: string;
}

export interface CleanupReport {
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stuck: readonly StuckItem[];
  /** What could not be asked, and why. */
  readonly unread: readonly string[];
}

const itemLines = ({ name, what, because, since, next }: StuckItem, at: number, paint: Paint): readonly string[] => {
  const age = since === undefined ? '' : ` (${formatDuration(Math.max(0, at - since))})`;
  return [
    `  ${paint('strong', name ?? what)}${age}`,
    ...because.map((why) => `    ${why}`),
    ...(next === undefined ? [] : [`    → ${next}`]),
  ];
};

const endOf = ({ stuck }: CleanupReport): readonly string[] => {
  const named = stuck.flatMap(({ name }) => name ?? []);
  return named.length === 0
    ? []
    : ['', `Nothing was changed. What is named is cleaned up: nodeops cleanup ${named[0] ?? ''}`];
};

/** `nodeops cleanup` without names: what is stuck in a cluster, and why. */
export const cleanupText = (report: CleanupReport, paint: Paint): string => {
  const { cluster, at, stuck, unread } = report;
  return [
    `${paint('strong', cluster)}: ${stuck.length === 0 ? 'nothing is stuck' : `${stuck.length} stuck or left over`}`,
    ...stuck.flatMap((item) => itemLines(item, at, paint)),
    ...unread.map((why) => `  ${paint('strong', 'not known')}: ${why}`),
    ...endOf(report),
    '',
  ].join('\n');
};
