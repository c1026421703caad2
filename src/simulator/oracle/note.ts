import type { Actor } from '../world/actor.ts';

/** A line of a journal, as far as the oracle reads it: every event of the product's journal is one. */
export interface JournalEntry {
  readonly type: string;
  readonly address?: string;
  readonly id?: string;
  readonly node?: string;
  readonly line?: string;
  readonly effect?: string;
  readonly exit?: { readonly kind: string };
}

export type Effect = 'read' | 'scratch' | 'write';

/** What the driver saw a program do outside the cluster. Said in the instant in which it happens. */
export type Note =
  | {
      readonly type: 'program-started';
      readonly program: number;
      /** A dry run, a check, a query: it may change nothing at all. */
      readonly changesNothing: boolean;
    }
  /** It ended by itself. `excused`: the hosts that it could not reach, or not write to, through a fault that still holds. */
  | {
      readonly type: 'program-ended';
      readonly program: number;
      readonly outcome: 'done' | 'failed' | 'blocked' | 'interrupted' | 'outside-window';
      readonly excused: readonly string[];
    }
  | { readonly type: 'program-killed'; readonly program: number }
  /** On disk. */
  | { readonly type: 'journal'; readonly program: number; readonly run: string; readonly entry: JournalEntry }
  /** `number` is the same in the note of its end. `actor` is the object that the events of what it runs carry. */
  | {
      readonly type: 'command-sent';
      readonly program: number;
      readonly number: number;
      readonly node: string;
      /** As the product labels it: believed by nobody. */
      readonly effect: Effect;
      /** Part of logging in: its answer says nothing of the state. */
      readonly login?: boolean;
      readonly line: string;
      readonly stdin?: string;
      readonly actor: Actor;
    }
  /** `unknown`: the program was told neither an exit code nor a signal. Not said for a command whose program is dead. */
  | {
      readonly type: 'command-ended';
      readonly program: number;
      readonly number: number;
      readonly exit: 'known' | 'unknown';
    }
  /** A file has got its name on the operator's side, and lies there whole. */
  | {
      readonly type: 'snapshot-kept';
      readonly program: number;
      readonly run: string;
      readonly artifact?: string;
      readonly verified: boolean;
    }
  /** Text that a person, a file or a list of processes shows. */
  | {
      readonly type: 'text-shown';
      readonly program: number;
      readonly where: 'log' | 'screen' | 'report' | 'process list';
      readonly text: string;
    };
