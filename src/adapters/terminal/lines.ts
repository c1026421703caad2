import { isShown } from './detail.ts';
import type { Detail } from './detail.ts';
import { remainingMs, wordRemaining } from './estimate.ts';
import type { Typical } from './estimate.ts';
import type { Look } from './look.ts';
import type { ClusterProgress, LaneProgress, PhaseProgress, Progress, State, StepProgress } from './progress.ts';

/** What every line depends on besides its own progress. */
export interface View {
  readonly look: Look;
  readonly now: number;
  readonly detail: Detail;
  readonly typical: Typical;
}

const tones = {
  waiting: 'faint',
  running: undefined,
  satisfied: 'faint',
  done: undefined,
  skipped: 'faint',
  failed: 'bad',
  'not-reached': 'faint',
} as const satisfies Record<State, unknown>;

const marks: Record<State, readonly [Parameters<Look['paint']>[0], string]> = {
  waiting: ['faint', '·'],
  running: ['warn', '▸'],
  satisfied: ['good', '✓'],
  done: ['good', '✓'],
  skipped: ['faint', '–'],
  failed: ['bad', '✗'],
  'not-reached': ['faint', '·'],
};

/** The sign before a line; one that runs and has nothing below it has a spinner instead. */
export const markOf = (state: State, look: Look): string => look.paint(...marks[state]);

const elapsed = (progress: Progress, now: number): number | undefined =>
  progress.durationMs ?? (progress.startedAt === undefined ? undefined : Math.max(0, now - progress.startedAt));

/** Whole seconds while it counts: tenths that flicker tell nobody anything. */
export const counting = (ms: number, look: Look): string => look.duration(Math.floor(ms / 1000) * 1000);

const timeText = (progress: Progress, { look, now }: View): string | undefined => {
  const time = elapsed(progress, now);
  if (time === undefined || progress.state !== 'running') return time === undefined ? undefined : look.duration(time);
  return time < 1000 ? undefined : counting(time, look);
};

/** `name  1m 12s · 4 of 11 · …`, coloured by its state, its time faint. */
const line = (name: string, progress: Progress, rest: readonly (string | undefined)[], view: View): string => {
  const tone = tones[progress.state];
  const missed = progress.state === 'not-reached' && progress.startedAt === undefined;
  const parts = missed ? ['not reached'] : [timeText(progress, view), ...rest];
  const tail = parts.filter((part) => part !== undefined).join(' · ');
  const shownName = tone === undefined ? name : view.look.paint(tone, name);
  return tail === '' ? shownName : `${shownName}  ${view.look.paint('faint', tail)}`;
};

const count = (progress: readonly Progress[], ...states: State[]): number =>
  progress.filter(({ state }) => states.includes(state)).length;

const withNote = (text: string, note: string | undefined, { state }: Progress, { look }: View): string =>
  note === undefined || note === '' ? text : `${text}\n${look.paint(state === 'failed' ? 'bad' : 'faint', note)}`;

/** Empty, and so not on the screen, when it had nothing to do or there is no room for it. */
export const stepText = (step: StepProgress, lane: LaneProgress, view: View): string => {
  if (step.state === 'satisfied' || step.state === 'skipped') return '';
  if (
    !isShown(
      step,
      lane.steps.filter(({ state }) => state !== 'satisfied'),
      view.detail,
    )
  )
    return '';
  return withNote(line(step.title, step, [], view), step.note, step, view);
};

const laneCounts = ({ state, steps }: LaneProgress): readonly string[] => {
  if (state === 'waiting') return [`${steps.length} steps`];
  const ended = count(steps, 'done', 'satisfied', 'skipped');
  const idle = count(steps, 'satisfied');
  return [
    ended === steps.length ? `${ended} steps` : `${ended} of ${steps.length} steps`,
    ...(idle === 0 ? [] : [`${idle} had nothing to do`]),
  ];
};

/** Empty when there is no room for it. */
export const laneText = (lane: LaneProgress, phase: PhaseProgress, view: View): string =>
  isShown(lane, phase.lanes, view.detail) ? line(lane.node ?? 'the cluster', lane, laneCounts(lane), view) : '';

/** Empty when there is no room for it. */
export const phaseText = (phase: PhaseProgress, cluster: ClusterProgress, view: View): string => {
  // All phases are the table of contents: they go only when little else is left.
  if (view.detail.behind <= 1 && !isShown(phase, cluster.phases, view.detail)) return '';
  const ended = count(phase.lanes, 'done', 'satisfied', 'skipped');
  return line(
    phase.name,
    phase,
    [phase.lanes.length > 1 ? `${ended} of ${phase.lanes.length} nodes` : undefined],
    view,
  );
};

/** `workers › paris-w1 › drain the node`, of the step in hand. */
export const inHand = (cluster: ClusterProgress): string | undefined => {
  const place = [...cluster.places.values()].find(({ step }) => step.state === 'running');
  if (place === undefined) return cluster.note;
  return [place.phase.name, place.lane.node, place.step.title].filter((part) => part !== undefined).join(' › ');
};

/** `about 4 min left` of what runs; undefined where nobody knows. */
export const remaining = (
  cluster: ClusterProgress,
  { typical, now }: Pick<View, 'typical' | 'now'>,
): string | undefined => {
  if (cluster.state !== 'running' || cluster.note !== undefined) return undefined;
  const left = remainingMs(cluster, typical, now);
  return left === undefined ? undefined : wordRemaining(left);
};

/** Empty when there is no room for it. */
export const clusterText = (cluster: ClusterProgress, view: View): string => {
  const { look, detail } = view;
  const ending = cluster.outcome === undefined || cluster.outcome === 'done' ? undefined : cluster.outcome;
  const rest = [ending, remaining(cluster, view)];
  const text = line(look.paint('strong', `${cluster.name}: ${cluster.playbook}`), cluster, rest, view);
  return withNote(text, detail.brief && cluster.state !== 'done' ? inHand(cluster) : undefined, cluster, view);
};
