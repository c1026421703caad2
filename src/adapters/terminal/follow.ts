import type { Event } from '../../model/event.ts';
import { cleanLine } from '../plain/clean-line.ts';
import type { ClusterProgress, PhaseProgress, Progress, State } from './progress.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

const isOpen = (progress: Progress): boolean => progress.state === 'waiting' || progress.state === 'running';

const start = (progress: Progress, at: number): void => {
  if (progress.state === 'waiting') progress.state = 'running';
  progress.startedAt ??= at;
  progress.started.settle();
};

const finish = (progress: Progress, state: State, at: number, durationMs?: number): void => {
  progress.state = state;
  progress.durationMs = durationMs ?? (progress.startedAt === undefined ? undefined : at - progress.startedAt);
};

/** What is above a line when nothing below it is open any more. */
const stateOfAll = (inner: readonly Progress[]): State => {
  const has = (state: State): boolean => inner.some((progress) => progress.state === state);
  if (has('failed')) return 'failed';
  if (has('done')) return has('not-reached') ? 'not-reached' : 'done';
  return has('satisfied') ? 'satisfied' : has('not-reached') ? 'not-reached' : 'skipped';
};

const finishPhase = (phase: PhaseProgress, at: number, unmet: 'skipped' | 'not-reached'): void => {
  for (const lane of phase.lanes) {
    for (const step of lane.steps) if (isOpen(step)) finish(step, unmet, at);
    if (isOpen(lane)) finish(lane, stateOfAll(lane.steps), at);
  }
  if (isOpen(phase)) finish(phase, stateOfAll(phase.lanes), at);
};

const everythingIn = (phase: PhaseProgress): readonly Progress[] => [
  ...phase.lanes.flatMap((lane) => lane.steps),
  ...phase.lanes,
  phase,
];

const settle = (progress: Progress): void => {
  progress.started.settle();
  progress.ended.settle();
};

/**
 * Listr draws what is closed once and for all, so a lane is not before its phase is, and nothing around a failure is
 * before the end: till then it may have to shrink, and a bracket's exit may still follow.
 */
const closePhase = (phase: PhaseProgress): void =>
  everythingIn(phase)
    .filter(({ state }) => state !== 'failed')
    .forEach(settle);

const onStepStarted = (cluster: ClusterProgress, event: Of<'step-started'>): void => {
  const place = cluster.places.get(event.address);
  if (place === undefined) return;
  start(place.phase, event.at);
  start(place.lane, event.at);
  start(place.step, event.at);
};

/** The rest is told below the tree. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

const onStepEnded = (cluster: ClusterProgress, event: Of<'step-finished' | 'step-failed'>): void => {
  const failed = event.type === 'step-failed';
  if (failed) cluster.note = firstLine(event.failure.message);
  const place = cluster.places.get(event.address);
  if (place === undefined) return;
  const { step, lane, phase } = place;
  start(phase, event.at);
  start(lane, event.at);
  step.note = failed ? firstLine(event.failure.message) : undefined;
  finish(step, failed ? 'failed' : event.outcome, event.at, event.durationMs);
  if (failed) for (const above of [lane, phase]) finish(above, 'failed', event.at);
  else if (!lane.steps.some(isOpen) && isOpen(lane)) finish(lane, stateOfAll(lane.steps), event.at);
};

const onPhaseFinished = (phase: PhaseProgress, at: number): void => {
  finishPhase(phase, at, 'skipped');
  if (phase.state !== 'failed') closePhase(phase);
};

const onRunFinished = (cluster: ClusterProgress, event: Of<'run-finished'>): void => {
  cluster.outcome = event.outcome;
  if (event.failure !== undefined) cluster.note = firstLine(event.failure.message);
  const done = event.outcome === 'done';
  for (const phase of cluster.phases) finishPhase(phase, event.at, done ? 'skipped' : 'not-reached');
  if (done) cluster.phases.forEach(closePhase);
  finish(cluster, done ? 'done' : 'failed', event.at, event.durationMs);
};

const noteOf = (event: Of<'step-observed' | 'command-output' | 'command-started'>): string | undefined => {
  if (event.type === 'command-output') return cleanLine(event.line);
  if (event.type !== 'step-observed') return undefined;
  const { verdict } = event;
  return verdict.kind === 'pending' ? `waiting for ${verdict.waitingFor}` : undefined;
};

/** Notes what an event changes. Events may come in any order, twice, or about steps that no plan announced. */
export const follow = (cluster: ClusterProgress, event: Event): void => {
  start(cluster, event.at);
  const phase = 'phase' in event ? cluster.phases.find(({ name }) => name === event.phase) : undefined;
  if (event.type === 'phase-started' && phase !== undefined) start(phase, event.at);
  else if (event.type === 'phase-finished' && phase !== undefined) onPhaseFinished(phase, event.at);
  else if (event.type === 'step-started') onStepStarted(cluster, event);
  else if (event.type === 'step-finished' || event.type === 'step-failed') onStepEnded(cluster, event);
  else if (event.type === 'run-finished') onRunFinished(cluster, event);
  else if (event.type === 'step-observed' || event.type === 'command-output' || event.type === 'command-started') {
    const step = cluster.places.get(event.address)?.step;
    if (step !== undefined && isOpen(step)) step.note = noteOf(event);
  }
};

/** Nothing more will be told of this cluster: what is open is not reached. */
export const abandon = (cluster: ClusterProgress, at: number): void => {
  for (const phase of cluster.phases) {
    finishPhase(phase, at, 'not-reached');
    closePhase(phase);
  }
  if (isOpen(cluster)) finish(cluster, 'not-reached', at);
};

/** Lets go of what a failure kept open: nothing of this cluster changes on the screen any more. */
export const release = (cluster: ClusterProgress): void => {
  cluster.phases.flatMap(everythingIn).forEach(settle);
  settle(cluster);
};
