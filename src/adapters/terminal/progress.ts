import type { Event } from '../../model/event.ts';
import { stepsOf } from '../../model/plan.ts';
import type { Plan, PlannedVerdict } from '../../model/plan.ts';

export type State = 'waiting' | 'running' | 'satisfied' | 'done' | 'skipped' | 'failed' | 'not-reached';

/** A promise with its key outside; settling twice is harmless. */
export class Signal {
  readonly promise: Promise<void>;
  readonly settle: () => void;
  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.promise = promise;
    this.settle = resolve;
  }
}

/** What is common to a step, a lane, a phase and a cluster on the screen. */
export interface Progress {
  state: State;
  startedAt: number | undefined;
  durationMs: number | undefined;
  /** Settled when there is something to show below its line. */
  readonly started: Signal;
  /** Settled when nothing below its line changes any more. */
  readonly ended: Signal;
}

export interface StepProgress extends Progress {
  readonly id: string;
  readonly title: string;
  readonly planned: PlannedVerdict['kind'];
  /** What it waits for, or the last line that its command printed. */
  note: string | undefined;
}

export interface LaneProgress extends Progress {
  readonly node: string | undefined;
  readonly steps: readonly StepProgress[];
}

export interface PhaseProgress extends Progress {
  readonly name: string;
  readonly parallel: number;
  readonly lanes: readonly LaneProgress[];
}

interface Place {
  readonly step: StepProgress;
  readonly lane: LaneProgress;
  readonly phase: PhaseProgress;
}

export interface ClusterProgress extends Progress {
  readonly name: string;
  readonly playbook: string;
  readonly phases: readonly PhaseProgress[];
  readonly places: ReadonlyMap<string, Place>;
  outcome: Extract<Event, { type: 'run-finished' }>['outcome'] | undefined;
  /** Why it stopped. */
  note: string | undefined;
}

const fresh = (): Progress => ({
  state: 'waiting',
  startedAt: undefined,
  durationMs: undefined,
  started: new Signal(),
  ended: new Signal(),
});

const phasesOf = (plan: Plan): PhaseProgress[] =>
  plan.phases.map(({ name, parallel, lanes }) => ({
    ...fresh(),
    name,
    parallel,
    lanes: lanes.map(({ node, items }) => ({
      ...fresh(),
      node,
      steps: stepsOf(items).map((step) => ({
        ...fresh(),
        id: step.step,
        title: step.title,
        planned: step.verdict.kind,
        note: undefined,
      })),
    })),
  }));

const placesOf = (plan: Plan, phases: readonly PhaseProgress[]): ReadonlyMap<string, Place> => {
  const addresses = plan.phases.flatMap((phase) => phase.lanes.flatMap((lane) => stepsOf(lane.items)));
  const places = phases.flatMap((phase) =>
    phase.lanes.flatMap((lane) => lane.steps.map((step): Place => ({ step, lane, phase }))),
  );
  return new Map(places.map((place, index) => [addresses[index]?.address ?? '', place]));
};

/** A cluster of which nothing has happened yet. */
export const clusterProgress = (plan: Plan): ClusterProgress => {
  const phases = phasesOf(plan);
  return {
    ...fresh(),
    name: plan.cluster,
    playbook: plan.playbook,
    phases,
    places: placesOf(plan, phases),
    outcome: undefined,
    note: undefined,
  };
};
