import type { Event, EventBody } from '../model/event.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal-store.ts';
import type { Ui } from '../ports/ui.ts';

/** Tells what happens: durably in the journal first, then to whoever watches. */
export interface Emit {
  /** Resolves once the event is on disk. */
  event(body: EventBody): Promise<void>;
  /** As `event`, and in the record of the whole fleet as well: the beginning and the end of a cluster's part. */
  transition(body: EventBody): Promise<void>;
  /** For a line that a running command printed: shown, never journalled. */
  output(body: Extract<EventBody, { type: 'command-output' }>): void;
}

export interface EmitParts {
  readonly cluster: string;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly fleet: Journal;
  readonly ui: Ui;
}

export const createEmit = ({ cluster, clock, journal, fleet, ui }: EmitParts): Emit => {
  const stamp = (body: EventBody): Event => ({ at: clock.now(), cluster, ...body });
  return {
    async event(body) {
      const event = stamp(body);
      await journal.append(event);
      ui.event(event);
    },
    async transition(body) {
      const event = stamp(body);
      await fleet.append(event);
      await journal.append(event);
      ui.event(event);
    },
    output: (body) => ui.event(stamp(body)),
  };
};
