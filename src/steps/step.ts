import type { z } from 'zod';
import type { ApiPlace } from '../commands/kubectl.ts';
import type { Fact } from '../facts/fact.ts';
import type { Action } from '../model/action.ts';
import type { Condition } from './condition.ts';
import type { Subject } from '../model/subject.ts';
import type { Verdict } from '../model/verdict.ts';

type Facts = Readonly<Record<string, Fact<unknown>>>;

type ValueOf<F> = F extends Fact<infer T> ? T : never;

/** Plain values: the runner has already turned `unavailable` into pending and `unreadable` into blocked. */
export type Seen<D extends Facts, O extends keyof D = never> = {
  readonly [K in keyof D]: K extends O ? ValueOf<D[K]> | undefined : ValueOf<D[K]>;
};

/** What a person types for a step, and why: `nodeops explain`. */
export interface Explanation {
  readonly why: string;
  /** Document and section. */
  readonly source: string;
  readonly type: readonly string[];
}

/** How a step's definition says it: what is typed may follow from what a playbook gives it under `with:`. */
interface ExplanationOf<W> extends Explanation {
  /** Left out: always `type`. */
  readonly typeWith?: (given: Partial<W>) => readonly string[];
}

export interface Limits {
  /** How long `pending` is waited out, and how long a fact may be unavailable. */
  readonly pendingMs: number;
  /** How often `apply` may be tried before the step has failed. */
  readonly attempts: number;
}

const defaultLimits: Limits = { pendingMs: 120_000, attempts: 1 };

export interface StepDefinition<W, On extends Subject, D extends Facts, O extends keyof D> {
  readonly id: string;
  readonly subject: On['kind'];
  readonly title: (wish: W, on: On) => string;
  readonly with: z.ZodType<W>;
  readonly detect: (wish: W, on: On) => D;
  /** Facts that may be absent; any other absent fact blocks the step. */
  readonly optional?: readonly O[];
  readonly check: (seen: Seen<D, O>, wish: W, on: On) => Verdict;
  /** Left out by an assertion: it waits until `check` is satisfied. */
  readonly apply?: (seen: Seen<D, O>, wish: W, on: On, api: ApiPlace) => readonly Action[];
  /** What will be seen once applied: `check(expect(seen))` is satisfied. */
  readonly expect?: (seen: Seen<D, O>, wish: W, on: On) => Partial<Seen<D, O>>;
  /**
   * A change that a saved plan is not held to, where the step was needed anyway: what moves by itself (the pods that a
   * drain finds), or ends what was begun. Left out: none.
   */
  readonly incidental?: (change: string) => boolean;
  /** A saved plan is not held to it: what it looks at moves by itself. Left out: it is. */
  readonly unheld?: boolean;
  /** It only fetches what is needed later, or tidies up: nothing is half-done through it. Left out: it changes the cluster. */
  readonly preparing?: boolean;
  /** Nothing that runs is interrupted by it: it may be begun outside of the maintenance window. Left out: as `preparing`. */
  readonly quiet?: boolean;
  /** What it waits for has a limit of its own, and does not count as time of its node. Left out: it counts. */
  readonly ownTime?: boolean;
  readonly limits?: (wish: W) => Partial<Limits>;
  /**
   * True where its first write takes what others of its kind count when they look: none of them looks, in the same
   * cluster, between this look and the end of that write. Left out: they do not mind each other.
   */
  readonly inTurn?: (seen: Seen<D, O>, wish: W, on: On) => boolean;
  /**
   * Of an assertion: nothing that an upgrade changes alters its verdict but by what steps expect, so that it is judged
   * beforehand also where something comes before it. Left out: it waits for what changes, and is judged when reached.
   */
  readonly foreseen?: boolean;
  /** Whether an operator may go on against its verdict, with a reason (`--waive`). Left out: not. */
  readonly waivable?: boolean;
  /** What it looks with was written by the operator. Left out: it is ours, and harmless wherever it is asked. */
  readonly ownLook?: boolean;
  /** Parameters that name a file on the operator's machine, and those that get its text when a playbook is read. */
  readonly files?: Readonly<Record<string, string>>;
  /** Parameters that no plan and no record may show. */
  readonly hidden?: readonly (keyof W & string)[];
  readonly explain: ExplanationOf<W>;
}

/** A step with its parameters and its subject filled in; what the planner and the runner work with. */
export interface BoundStep {
  readonly id: string;
  readonly title: string;
  readonly on: Subject;
  /** As plans show it: what is hidden is not in it. */
  readonly with: Readonly<Record<string, unknown>>;
  readonly facts: Facts;
  /** It is wanted only where all of them hold. */
  readonly conditions: readonly Condition[];
  /** It looks with what the operator wrote, which is not asked where a condition does not hold. */
  readonly ownLook: boolean;
  readonly optional: ReadonlySet<string>;
  readonly assertion: boolean;
  /** Judged beforehand, whatever comes before it. */
  readonly foreseen: boolean;
  /** A saved plan is not held to it. */
  readonly unheld: boolean;
  /** Nothing is half-done through it. */
  readonly preparing: boolean;
  /** It may be begun outside of the maintenance window. */
  readonly quiet: boolean;
  /** It does not count as time of its node. */
  readonly ownTime: boolean;
  readonly limits: Limits;
  /** The operator's reason to go on whatever stands in the way; missing where it holds. */
  readonly waiver?: string;
  /** Missing where it minds no other step. */
  readonly inTurn?: (seen: Readonly<Record<string, unknown>>) => boolean;
  readonly explain: Explanation;
  /** True for a change that a saved plan is not held to. */
  incidental(change: string): boolean;
  check(seen: Readonly<Record<string, unknown>>): Verdict;
  apply(seen: Readonly<Record<string, unknown>>, api: ApiPlace): readonly Action[];
  expect(seen: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

export interface Step {
  readonly id: string;
  readonly subject: Subject['kind'];
  readonly schema: z.ZodType;
  /** The names of the parameters that `with` may hold. */
  readonly parameters: readonly string[];
  readonly assertion: boolean;
  readonly waivable: boolean;
  /** By the parameter that names a file: the one that gets its text. */
  readonly files: Readonly<Record<string, string>>;
  readonly explain: Explanation;
  /** What a person types for it where a playbook gives it this under `with:`. */
  typed(given: Readonly<Record<string, unknown>>): readonly string[];
  /** @throws z.ZodError when the parameters do not fit the schema. */
  bind(wish: Readonly<Record<string, unknown>>, on: Subject): BoundStep;
}

/** Everything that a step is judged on. */
export const factsOf = ({ facts, conditions }: BoundStep): readonly Fact<unknown>[] => [
  ...Object.values(facts),
  ...conditions.flatMap((condition) => Object.values(condition.facts)),
];

const seenAs = <D extends Facts, O extends keyof D>(seen: Readonly<Record<string, unknown>>): Seen<D, O> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `see` fills in exactly the facts of `detect`
  seen as Seen<D, O>;

const shown = (wish: Readonly<Record<string, unknown>>, hidden: readonly string[] = []): BoundStep['with'] =>
  hidden.length === 0 ? wish : Object.fromEntries(Object.entries(wish).filter(([name]) => !hidden.includes(name)));

/** Makes a step whose check, apply and expect see typed values of exactly the facts that it detects. */
export const defineStep = <
  W extends Readonly<Record<string, unknown>>,
  On extends Subject,
  D extends Facts,
  O extends keyof D = never,
>(
  definition: StepDefinition<W, On, D, O> & {
    readonly with: z.ZodType<W> & { readonly shape: Readonly<Record<string, unknown>> };
  },
): Step => ({
  id: definition.id,
  subject: definition.subject,
  schema: definition.with,
  parameters: Object.keys(definition.with.shape),
  assertion: definition.apply === undefined,
  waivable: definition.waivable ?? false,
  files: { ...definition.files },
  explain: definition.explain,
  typed(given) {
    const { type, typeWith } = definition.explain;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a playbook is loaded only where `with:` fits the schema
    return typeWith?.(given as Partial<W>) ?? type;
  },
  bind(raw, subject) {
    const { inTurn } = definition;
    const wish = definition.with.parse(raw);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the binder hands a step only subjects of its kind
    const on = subject as On;
    return {
      id: definition.id,
      title: definition.title(wish, on),
      on,
      with: shown(wish, definition.hidden),
      facts: definition.detect(wish, on),
      conditions: [],
      ownLook: definition.ownLook ?? false,
      optional: new Set((definition.optional ?? []).map(String)),
      assertion: definition.apply === undefined,
      foreseen: definition.foreseen ?? false,
      unheld: definition.unheld ?? false,
      preparing: definition.preparing ?? false,
      quiet: definition.quiet ?? definition.preparing ?? false,
      ownTime: definition.ownTime ?? definition.preparing ?? false,
      limits: { ...defaultLimits, ...definition.limits?.(wish) },
      explain: definition.explain,
      ...(inTurn === undefined ? {} : { inTurn: (seen) => inTurn(seenAs<D, O>(seen), wish, on) }),
      incidental: (change) => definition.incidental?.(change) ?? false,
      check: (seen) => definition.check(seenAs<D, O>(seen), wish, on),
      apply: (seen, api) => definition.apply?.(seenAs<D, O>(seen), wish, on, api) ?? [],
      expect: (seen) => ({ ...seen, ...definition.expect?.(seenAs<D, O>(seen), wish, on) }),
    };
  },
});
