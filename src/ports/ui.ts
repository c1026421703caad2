import type { Event } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';

/** What a person (or a program reading JSON) sees of a run. It only listens. */
export interface Ui {
  /** Called once a cluster, before its first event. */
  begin(plan: Plan): void;
  event(event: Event): void;
  /** Something that no event says: what Ctrl-C does. */
  notice(text: string): void;
  /** Called once, after the last event. Resolves when everything is on the screen. */
  end(): Promise<void>;
}
