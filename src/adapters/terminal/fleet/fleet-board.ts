import type { Event } from '../../../model/event.ts';
import type { FleetOutline, MemberState } from '../../../model/fleet.ts';
import type { Plan } from '../../../model/plan.ts';
import { follow } from '../follow.ts';
import { clusterProgress, type ClusterProgress } from '../progress.ts';

/** One cluster on the board. */
export interface BoardMember {
  readonly cluster: string;
  state: MemberState | 'running';
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** What it does; only while it runs, for hundreds of them are kept. */
  progress: ClusterProgress | undefined;
  /** Why it stopped. */
  note: string | undefined;
}

export interface BoardWave {
  /** Missing where no waves are declared. */
  readonly name: string | undefined;
  readonly members: readonly BoardMember[];
}

/** What a line of a wave counts. `stopped`: by a signal, by somebody, or for want of time; `left`: not begun any more. */
export type Standing = 'done' | 'running' | 'failed' | 'stopped' | 'waiting' | 'left';

const standings: Readonly<Record<BoardMember['state'], Standing>> = {
  waiting: 'waiting',
  looking: 'running',
  running: 'running',
  done: 'done',
  idle: 'done',
  failed: 'failed',
  blocked: 'failed',
  drift: 'failed',
  interrupted: 'stopped',
  'outside-window': 'stopped',
  'not-begun': 'left',
};

export const standingOf = ({ state }: BoardMember): Standing => standings[state];

/** The first line; the rest is told below the board. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** All clusters of a run, by their waves, and how each is. */
export class FleetBoard {
  readonly waves: readonly BoardWave[];
  readonly current: number;
  readonly #members: ReadonlyMap<string, BoardMember>;

  constructor({ waves, current }: FleetOutline) {
    this.waves = waves.map(({ name, members }) => ({
      name,
      members: members.map(({ cluster, state, startedAt, endedAt }): BoardMember => ({
        cluster,
        state,
        startedAt,
        endedAt,
        progress: undefined,
        note: undefined,
      })),
    }));
    this.current = current;
    this.#members = new Map(this.waves.flatMap(({ members }) => members.map((member) => [member.cluster, member])));
  }

  /** A cluster is run as planned; its first plan counts. */
  begin(plan: Plan): void {
    const member = this.#members.get(plan.cluster);
    if (member === undefined || member.progress !== undefined || member.endedAt !== undefined) return;
    member.progress = clusterProgress(plan);
  }

  event(event: Event): void {
    const member = this.#members.get(event.cluster);
    if (member?.progress === undefined) return;
    follow(member.progress, event);
    if (member.state === 'waiting' || member.state === 'looking') member.state = 'running';
    member.startedAt ??= event.at;
    if (event.type === 'run-finished' && event.failure !== undefined) member.note = firstLine(event.failure.message);
    // A way back may follow the end of the run itself.
    if (event.type === 'step-failed') member.note = firstLine(event.failure.message);
  }

  /** A cluster is looked at, or came out of it. */
  member(cluster: string, state: MemberState, at: number): void {
    const member = this.#members.get(cluster);
    if (member === undefined) return;
    member.state = state;
    if (state === 'waiting') return;
    member.startedAt ??= at;
    if (state === 'looking') return;
    member.endedAt = at;
    member.progress = undefined;
  }
}

/** Milliseconds from the first begin in a wave to its last end, or to now; undefined where nothing of it has begun. */
export const waveTook = ({ members }: BoardWave, now: number): number | undefined => {
  const begun = members.filter(({ startedAt }) => startedAt !== undefined);
  if (begun.length === 0) return undefined;
  const first = begun.reduce((least, { startedAt = now }) => Math.min(least, startedAt), now);
  const last = begun.reduce((most, { endedAt = now }) => Math.max(most, endedAt), first);
  return Math.max(0, last - first);
};
