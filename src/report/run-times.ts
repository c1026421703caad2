import type { Event, StepOutcome } from '../model/event.ts';

export interface StepTime {
  readonly address: string;
  readonly title: string;
  readonly node: string | undefined;
  readonly outcome: StepOutcome | 'failed';
  readonly durationMs: number;
  /** The part in which a command on a node was awaited. */
  readonly waitedMs: number;
}

export interface RunTimes {
  readonly steps: readonly StepTime[];
  /** In the order in which they began; one that never finished counts up to the last event. */
  readonly phases: readonly { readonly phase: string; readonly durationMs: number }[];
}

type StepStarted = Extract<Event, { type: 'step-started' }>;
type StepEnd = Extract<Event, { type: 'step-finished' | 'step-failed' }>;

const ofType = <T extends Event['type']>(events: readonly Event[], ...types: T[]): Extract<Event, { type: T }>[] =>
  events.filter((event): event is Extract<Event, { type: T }> => (types as string[]).includes(event.type));

/** A failed step does not say how long it waited: its commands do. */
const waited = (end: StepEnd, commandMs: ReadonlyMap<string, number>): number =>
  Math.min(end.durationMs, end.type === 'step-finished' ? end.waitedMs : (commandMs.get(end.address) ?? 0));

const stepTimes = (events: readonly Event[]): readonly StepTime[] => {
  const started = new Map<string, StepStarted>(ofType(events, 'step-started').map((event) => [event.address, event]));
  const commandMs = new Map<string, number>();
  for (const { address, durationMs } of ofType(events, 'command-finished')) {
    commandMs.set(address, (commandMs.get(address) ?? 0) + durationMs);
  }
  return ofType(events, 'step-finished', 'step-failed').map((end) => ({
    address: end.address,
    title: started.get(end.address)?.title ?? end.address,
    node: started.get(end.address)?.node,
    outcome: end.type === 'step-finished' ? end.outcome : 'failed',
    durationMs: end.durationMs,
    waitedMs: waited(end, commandMs),
  }));
};

/** Where the time of one cluster's part of a run went. */
export const runTimes = (events: readonly Event[]): RunTimes => {
  const last = events.at(-1)?.at ?? 0;
  const finished = new Map(ofType(events, 'phase-finished').map(({ phase, at }) => [phase, at]));
  return {
    steps: stepTimes(events),
    phases: ofType(events, 'phase-started').map(({ phase, at }) => ({
      phase,
      durationMs: (finished.get(phase) ?? last) - at,
    })),
  };
};
