import type { Look } from '../look.ts';
import { counting, markOf } from '../lines.ts';
import type { State } from '../progress.ts';
import { standingOf, waveTook, type BoardWave, type Standing } from './fleet-board.ts';

const order: readonly Standing[] = ['done', 'running', 'failed', 'stopped', 'waiting', 'left'];
const tones = {
  done: 'good',
  running: 'warn',
  failed: 'bad',
  stopped: 'warn',
  waiting: 'faint',
  left: 'warn',
} as const satisfies Record<Standing, Parameters<Look['paint']>[0]>;
const words: Readonly<Record<Standing, string>> = {
  done: 'done',
  running: 'running',
  failed: 'failed',
  stopped: 'stopped',
  waiting: 'waiting',
  left: 'not begun',
};

export const countsOf = ({ members }: BoardWave): Readonly<Record<Standing, number>> => {
  const counts = { done: 0, running: 0, failed: 0, stopped: 0, waiting: 0, left: 0 };
  for (const member of members) counts[standingOf(member)] += 1;
  return counts;
};

const stateOf = (counts: Readonly<Record<Standing, number>>): State => {
  if (counts.failed > 0) return 'failed';
  if (counts.running > 0) return 'running';
  if (counts.stopped > 0 || counts.left > 0) return 'skipped';
  if (counts.waiting === 0) return 'done';
  // Between two clusters, or not begun at all.
  return counts.done > 0 ? 'running' : 'waiting';
};

export interface WaveLook {
  readonly look: Look;
  readonly now: number;
  readonly nameWidth: number;
  /** The digit that folds it; undefined where there is none. */
  readonly key: string | undefined;
  readonly selected: boolean;
  /** Something below it is hidden because it is folded. */
  readonly folded: boolean;
}

/** `▸ 2 staging  3m 01s · 12 of 40 done · 10 running · 1 failed · 17 waiting` */
export const waveLine = (wave: BoardWave, { look, now, nameWidth, key, selected, folded }: WaveLook): string => {
  const counts = countsOf(wave);
  const all = wave.members.length;
  const state = stateOf(counts);
  const texts = order.flatMap((standing) => {
    const count = counts[standing];
    if (standing === 'done') return [look.paint(count === 0 ? 'faint' : 'good', `${count} of ${all} done`)];
    return count === 0 ? [] : [look.paint(tones[standing], `${count} ${words[standing]}`)];
  });
  const took = waveTook(wave, now);
  const time = took === undefined ? [] : [state === 'running' ? counting(took, look) : look.duration(took)];
  const parts = [...time, ...texts, ...(folded ? [look.paint('faint', 'folded')] : [])];
  const name = (wave.name ?? 'clusters').padEnd(nameWidth);
  const number = key === undefined ? '' : `${look.paint('faint', key)} `;
  return `${selected ? '›' : ' '}${markOf(state, look)} ${number}${look.paint('strong', name)}  ${parts.join(' · ')}`;
};
