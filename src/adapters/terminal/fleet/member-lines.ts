import type { Detail } from '../detail.ts';
import {
  clusterText,
  counting,
  inHand,
  laneText,
  markOf,
  phaseText,
  remaining,
  stepText,
  type View,
} from '../lines.ts';
import type { ClusterProgress, State } from '../progress.ts';
import { standingOf, type BoardMember } from './fleet-board.ts';

const wordsOf: Readonly<Partial<Record<BoardMember['state'], string>>> = {
  looking: 'looked at before it begins',
  idle: 'nothing to do',
  failed: 'failed',
  blocked: 'blocked',
  drift: 'not as planned',
  interrupted: 'interrupted',
  'outside-window': 'outside the window',
  'not-begun': 'not begun',
};

const marks = {
  done: 'done',
  running: 'running',
  failed: 'failed',
  stopped: 'skipped',
  waiting: 'waiting',
  left: 'waiting',
} as const satisfies Record<ReturnType<typeof standingOf>, State>;

const tookText = ({ startedAt, endedAt }: BoardMember, { look, now }: Omit<View, 'detail'>): string | undefined => {
  if (startedAt === undefined) return undefined;
  const took = Math.max(0, (endedAt ?? now) - startedAt);
  return endedAt === undefined ? counting(took, look) : look.duration(took);
};

/** `▸ paris  1m 12s · workers › paris-w1 › drain the node · about 4 min left` */
export const memberLine = (member: BoardMember, view: Omit<View, 'detail'>, nameWidth: number): string => {
  const { cluster, state, progress, note } = member;
  const { look } = view;
  const standing = standingOf(member);
  const word = wordsOf[state];
  const why = note === undefined || standing === 'running' ? undefined : note;
  const parts = [
    tookText(member, view),
    why === undefined ? word : `${word ?? ''}: ${why}`,
    ...(state === 'running' && progress !== undefined ? [inHand(progress), remaining(progress, view)] : []),
  ].filter((part) => part !== undefined);
  const name = cluster.padEnd(nameWidth);
  const tone = standing === 'failed' ? 'bad' : 'faint';
  return `${markOf(marks[standing], look)} ${name}  ${look.paint(tone, parts.join(' · '))}`;
};

const indented = (text: string, state: State, depth: number, { look }: View): readonly string[] => {
  if (text === '') return [];
  const [first = '', ...notes] = text.split('\n');
  const space = '  '.repeat(depth);
  return [`${space}${markOf(state, look)} ${first}`, ...notes.map((note) => `${space}  ${note}`)];
};

/** What goes on in a cluster as a tree, like that of a cluster alone. */
export const memberTree = (cluster: ClusterProgress, detail: Detail, rest: Omit<View, 'detail'>): readonly string[] => {
  const view = { ...rest, detail };
  const lines = [...indented(clusterText(cluster, view), cluster.state, 0, view)];
  for (const phase of cluster.phases) {
    lines.push(...indented(phaseText(phase, cluster, view), phase.state, 1, view));
    if (phase.state === 'done' || phase.state === 'satisfied' || phase.startedAt === undefined) continue;
    for (const lane of phase.lanes) {
      lines.push(...indented(laneText(lane, phase, view), lane.state, 2, view));
      if (lane.startedAt === undefined || lane.state === 'done' || lane.state === 'satisfied') continue;
      for (const step of lane.steps) lines.push(...indented(stepText(step, lane, view), step.state, 3, view));
    }
  }
  return lines;
};
