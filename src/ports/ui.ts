import type { Event } from '../model/event.ts';
import type { MemberState } from '../model/fleet.ts';
import type { Plan } from '../model/plan.ts';

/** What a person (or a program reading JSON) sees of a run. It only listens. */
export interface Ui {
  /** Called once a cluster, before its first event. */
  begin(plan: Plan): void;
  event(event: Event): void;
  /** Of several clusters: one of them is looked at before it begins, or came out of it, whether or not it had begun. */
  member?(cluster: string, state: MemberState): void;
  /** Something that no event says: what Ctrl-C does. */
  notice(text: string): void;
  /** Called once, after the last event. Resolves when everything is on the screen. */
  end(): Promise<void>;
}
