import type { ClusterProgress, PhaseProgress, StepProgress } from './progress.ts';

/** Milliseconds that a step of some id took, where it had something to do. */
export type Typical = Readonly<Record<string, number>>;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** What this run has shown so far: nodes of one cluster resemble each other. */
const measured = (cluster: ClusterProgress): Typical => {
  const done = cluster.phases
    .flatMap((phase) => phase.lanes.flatMap((lane) => lane.steps))
    .filter((step) => step.state === 'done' && step.durationMs !== undefined);
  const byId = Map.groupBy(done, (step) => step.id);
  return Object.fromEntries([...byId].map(([id, steps]) => [id, mean(steps.map((step) => step.durationMs ?? 0))]));
};

/** NaN when nobody knows. */
const stepLeft = (step: StepProgress, known: Typical, now: number): number => {
  if (step.state !== 'waiting' && step.state !== 'running') return 0;
  if (step.planned === 'satisfied') return 0;
  const whole = known[step.id] ?? Number.NaN;
  return Math.max(0, whole - (step.startedAt === undefined ? 0 : now - step.startedAt));
};

/** Lanes share the places: no phase is shorter than its longest lane. */
const phaseLeft = (phase: PhaseProgress, known: Typical, now: number): number => {
  const lanes = phase.lanes.map((lane) => lane.steps.reduce((sum, step) => sum + stepLeft(step, known, now), 0));
  const total = lanes.reduce((sum, lane) => sum + lane, 0);
  return Math.max(total / Math.max(1, phase.parallel), ...lanes, 0);
};

/**
 * How long the rest will take if every step takes what its like took before, in this run or else typically;
 * undefined as long as some step that is due has no like: no number is better than a made-up one.
 */
export const remainingMs = (cluster: ClusterProgress, typical: Typical, now: number): number | undefined => {
  const known = { ...typical, ...measured(cluster) };
  const left = cluster.phases.reduce((sum, phase) => sum + phaseLeft(phase, known, now), 0);
  return Number.isNaN(left) ? undefined : left;
};

/** `about 4 min left`: as coarse as it is. */
export const wordRemaining = (ms: number): string =>
  ms < 60_000 ? 'less than a minute left' : `about ${Math.ceil(ms / 60_000)} min left`;
