import type { Progress } from './progress.ts';

/** How much of a tree is shown, so that it fits the screen: nothing is worse at 2 a.m. than the cluster's name cut off. */
export interface Detail {
  /** Of what is still to come beside each other, as many lines. */
  readonly ahead: number;
  /** Of what went well, as many lines: the last ones. */
  readonly behind: number;
  /** Clusters only, each with what it does now. */
  readonly brief: boolean;
}

export const fullDetail: Detail = { ahead: 3, behind: Number.POSITIVE_INFINITY, brief: false };

/** From the most to the least; the first that fits is taken. */
export const detailLevels: readonly Detail[] = [
  fullDetail,
  { ahead: 2, behind: 3, brief: false },
  { ahead: 1, behind: 1, brief: false },
  { ahead: 0, behind: 0, brief: false },
  { ahead: 0, behind: 0, brief: true },
];

const ended = (progress: Progress): boolean => progress.state === 'done' || progress.state === 'satisfied';

/** Whether `progress` has a line among its like. What runs and what failed always has, except in brief. */
export const isShown = <P extends Progress>(progress: P, among: readonly P[], detail: Detail): boolean => {
  if (detail.brief) return false;
  if (progress.state === 'waiting' || progress.state === 'not-reached') {
    const ahead = among.filter(({ state }) => state === 'waiting' || state === 'not-reached');
    return ahead.indexOf(progress) < detail.ahead;
  }
  if (!ended(progress)) return true;
  const behind = among.filter(ended);
  return behind.length - behind.indexOf(progress) <= detail.behind;
};
