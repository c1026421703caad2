import type { Event, EventBody } from '../model/event.ts';
import type { ClusterRecord } from '../ports/journal-store.ts';
import type { Ui } from '../ports/ui.ts';
import type { Clock } from '../ports/clock.ts';

/** Tells what happens: durably in the journal first, then to whoever watches. */
export interface Emit {
  /** Resolves once the event is on disk; output lines are shown only. */
  event(body: EventBody): Promise<void>;
  /** For a line that a running command printed: never journalled. */
  output(body: Extract<EventBody, { type: 'command-output' }>): void;
}

export const createEmit = (cluster: string, clock: Clock, record: ClusterRecord, ui: Ui): Emit => {
  const show = (event: Event): void => ui.event(event);
  return {
    async event(body) {
      const event: Event = { at: clock.now(), cluster, ...body };
      await record.journal.append(event);
      show(event);
    },
    output: (body) => show({ at: clock.now(), cluster, ...body }),
  };
};
