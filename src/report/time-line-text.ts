import type { Paint, Tone } from './paint.ts';
import { formatTime } from './runs-text.ts';
import { alignColumns } from './text-table.ts';

/** Something that happened, in the cluster or in a run of this machine. */
export interface TimeLineEntry {
  /** In ms since 1970, by `clock`. Of what the cluster says only whole seconds are known. */
  readonly at: number;
  /** By whose clock: `here` (this machine), a node’s name, `cluster` (a control plane, nobody says which). */
  readonly clock: string;
  /** The reason of an event of the cluster, or what a run did: `EvictionByEvictionAPI`, `step-started`. */
  readonly what: string;
  /** Whom it is about: `pod default/web-7d4b`, `node w1`; of a run where it happened. */
  readonly about: string;
  readonly says: string;
  readonly run?: string;
  readonly grave: 'bad' | 'warn' | 'none';
  /** Of what was seen several times: how often, and since when, in ms since 1970. */
  readonly count?: number;
  readonly first?: number;
}

export interface TimeLine {
  readonly cluster: string;
  /** In ms since 1970, by this machine’s clock. */
  readonly since: number;
  readonly entries: readonly TimeLineEntry[];
  /** Nodes whose clock is another one than this machine’s: by how many ms they are ahead of it. */
  readonly clocks: readonly { readonly node: string; readonly aheadMs: number }[];
  /** Where nothing could be read, and why. */
  readonly unread: readonly { readonly what: string; readonly why: string }[];
}

const tones: Readonly<Record<TimeLineEntry['grave'], Tone | undefined>> = { bad: 'bad', warn: 'warn', none: undefined };

const timeOf = (at: number): string => formatTime(at).replace(' UTC', '');

const row = ({ at, clock, what, about, says, grave, count, first }: TimeLineEntry, paint: Paint): readonly string[] => {
  const tone = tones[grave];
  const often = count === undefined || first === undefined ? '' : ` (${count} times since ${timeOf(first)})`;
  return [timeOf(at), clock, tone === undefined ? what : paint(tone, what), about, `${says}${often}`];
};

const clockLine = ({ node, aheadMs }: TimeLine['clocks'][number]): string =>
  `clock: ${node} is ${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine; its times are told as it says them`;

/** One line for each, the oldest first; clocks that are not this machine’s, and what is missing, below. */
export const timeLineText = ({ cluster, since, entries, clocks, unread }: TimeLine, paint: Paint): string => {
  const heading = ['time (UTC)', 'clock', 'what', 'about', 'says'].map((name) => paint('strong', name));
  return [
    `${paint('strong', cluster)}: since ${formatTime(since)}`,
    ...(entries.length === 0
      ? ['  nothing is known to have happened']
      : alignColumns([heading, ...entries.map((entry) => row(entry, paint))]).map((line) => `  ${line}`)),
    ...clocks.map((clock) => `  ${paint('warn', clockLine(clock))}`),
    ...unread.map(({ what, why }) => `  ${what}: ${why}`),
    '',
  ].join('\n');
};
