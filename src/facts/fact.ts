import type { Span } from '../model/clock-reading.ts';
import type { Command } from '../model/command.ts';
import type { ApiPlace } from '../commands/kubectl.ts';
import type { ProbeRecord } from '../model/probe.ts';
import type { Observed } from '../model/observed.ts';
import type { Course } from '../model/time-ahead.ts';

/** What a command printed. A command that was ended by the frame's own time limit never reaches a parser. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** When it was printed. */
  readonly asked?: Span;
}

/** What a parser makes of it. Parsers are total: they never throw. */
export type Parsed<T> =
  /** `keepMs`: how long it need not be asked again; only for what nobody changes from here and is costly to ask. */
  | { readonly value: T; readonly keepMs?: number }
  | { readonly absent: true }
  | { readonly unreadable: string }
  /** The source could not be asked just now (an API server that is restarting): asking again may help. */
  | { readonly unavailable: string };

/**
 * Where a fact's command runs. For a node fact: that node, with its own API server's address where it is a control
 * plane (empty otherwise). For a cluster fact: some control plane that answers.
 */
export type FactPlace = ApiPlace;

export interface Part<T> {
  readonly whole: Fact<unknown>;
  readonly pick: (whole: unknown) => T;
}

/** A question with its parameters already filled in. `key` is unique among the facts of one subject. */
export interface Fact<T> {
  readonly id: string;
  readonly key: string;
  readonly subject: 'node' | 'cluster';
  /** Of a cluster fact: what must answer on the control plane that is asked. Left out: its API server. */
  readonly through?: 'etcd';
  /** Another fact of the same subject whose value has this one in it: where many are wanted, that one is asked once. */
  readonly partOf?: Part<T>;
  readonly source:
    | {
        readonly kind: 'command';
        readonly command: (place: FactPlace) => Command;
        readonly parse: (output: Output) => Parsed<T>;
      }
    /** A second question, for which the answers to others are needed; of a node only. */
    | {
        readonly kind: 'following';
        readonly needs: readonly Fact<unknown>[];
        /** From the values of `needs`: what to ask, or the answer where nothing need be asked. */
        readonly ask: (values: readonly unknown[]) => Fact<T> | Parsed<T>;
      }
    /** What this run has seen of something that it asks again and again. */
    | {
        readonly kind: 'probe';
        readonly probe: string;
        readonly parse: (seen: ProbeRecord) => Parsed<T>;
      }
    /** What this run knows by itself: the time, and what is ahead of it. */
    | { readonly kind: 'course'; readonly parse: (course: Course) => Parsed<T> }
    /** A file kept on the operator's side. */
    | {
        readonly kind: 'artifact';
        readonly name: string;
        readonly parse: (found: ArtifactSeen | undefined) => Parsed<T>;
      }
    /** Small texts that this machine keeps below `prefix`, by name; `now` in milliseconds since the epoch. */
    | {
        readonly kind: 'notes';
        readonly prefix: string;
        readonly parse: (notes: ReadonlyMap<string, string>, now: number) => Parsed<T>;
      };
}

export interface ArtifactSeen {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface FactDefinition<T> {
  readonly id: string;
  /** What tells two questions of the same kind apart: a node's name, a minor. */
  readonly parameters?: readonly string[];
  readonly subject: 'node' | 'cluster';
  readonly through?: 'etcd';
  readonly command: Command | ((place: FactPlace) => Command);
  readonly parse: (output: Output) => Parsed<T>;
  readonly partOf?: Part<T>;
}

/** What is picked from a value of `whole`. */
export const partOf = <W, T>(whole: Fact<W>, pick: (value: W) => T): Part<T> => ({
  whole,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what was observed of `whole` is handed in
  pick: (value) => pick(value as W),
});

/** A fact read by one command. */
export const defineFact = <T>({
  id,
  parameters = [],
  subject,
  through,
  command,
  parse,
  partOf: part,
}: FactDefinition<T>): Fact<T> => ({
  id,
  key: [id, ...parameters].join(' '),
  subject,
  ...(through === undefined ? {} : { through }),
  ...(part === undefined ? {} : { partOf: part }),
  source: { kind: 'command', command: typeof command === 'function' ? command : () => command, parse },
});

export interface FollowingDefinition<A, B, T> {
  readonly id: string;
  readonly parameters?: readonly string[];
  readonly needs: readonly [Fact<A>, Fact<B>];
  readonly ask: (first: A, second: B) => Fact<T> | Parsed<T>;
}

/** A fact about a node that is asked once two others are known, of the node or of the cluster. */
export const followingFact = <A, B, T>({ id, parameters = [], needs, ask }: FollowingDefinition<A, B, T>): Fact<T> => ({
  id,
  key: [id, ...parameters].join(' '),
  subject: 'node',
  source: {
    kind: 'following',
    needs,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what was observed of `needs` is handed in, in that order
    ask: ([first, second]) => ask(first as A, second as B),
  },
});

/** The value that was observed of a fact, or undefined where there is none: the one place where its type is restored. */
export const valueOf = <T>(_fact: Fact<T>, observed: Observed<unknown> | undefined): T | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- observations are kept by key; only the fact's own parser made them
  observed?.kind === 'value' ? (observed.value as T) : undefined;
