import { formatDuration } from './duration.ts';
import { noPaint } from './paint.ts';
import type { Paint, Tone } from './paint.ts';
import type { ClusterOutline, RunOutline, RunState } from './run-outline.ts';
import { alignColumns } from './text-table.ts';

const tones: Record<RunState, Tone> = {
  done: 'good',
  failed: 'bad',
  blocked: 'bad',
  interrupted: 'warn',
  'outside-window': 'warn',
  drift: 'bad',
  running: 'strong',
  unfinished: 'warn',
  broken: 'bad',
};

const columns = ['run', 'playbook', 'cluster', 'from', 'to', 'started', 'took', 'outcome'];

const distinct = (words: readonly string[]): string => [...new Set(words)].join(', ') || '–';

/** `2026-11-21 02:00:00 UTC`: run ids are in UTC too. */
export const formatTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const row = ({ run, state, clusters, startedAt, durationMs }: RunOutline, paint: Paint): readonly string[] => {
  const of = (word: (cluster: ClusterOutline) => readonly string[]): string => distinct(clusters.flatMap(word));
  return [
    run,
    of(({ playbook }) => (playbook === undefined ? [] : [playbook])),
    of(({ cluster }) => [cluster]),
    of(({ from }) => from),
    of(({ to }) => (to === undefined ? [] : [to])),
    startedAt === undefined ? '–' : formatTime(startedAt),
    durationMs === undefined ? '–' : formatDuration(durationMs),
    paint(tones[state], state),
  ];
};

/** A line a run, in the order given. */
export const runsText = (runs: readonly RunOutline[], paint: Paint = noPaint): string =>
  runs.length === 0
    ? 'no runs\n'
    : `${alignColumns([columns.map((name) => paint('strong', name)), ...runs.map((run) => row(run, paint))]).join('\n')}\n`;
