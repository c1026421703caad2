import { verdictWords, type FactChange, type StepDrift } from '../model/drift.ts';
import type { Observed } from '../model/observed.ts';
import { allSteps, type Plan, type PlannedStep, type PlannedVerdict } from '../model/plan.ts';
import { redact, type Hide } from '../model/redact.ts';
import type { BoundStep } from '../steps/step.ts';
import type { Rests } from './build-plan.ts';
import { factChanges, type Remembered } from './fact-changes.ts';
import { remember, type SavedCluster } from './saved-plan.ts';

type Incidental = (change: string) => boolean;

const binding = (verdict: PlannedVerdict, incidental: Incidental): readonly string[] =>
  verdict.kind === 'needed' ? verdict.changes.filter((change) => !incidental(change)) : [];

/**
 * Whether a saved verdict allows what is the verdict now: satisfied by now, needed with the same changes (or with those
 * of them that are left), or not judged yet. What the saved plan had not judged either is judged when it is reached.
 */
export const allows = (saved: PlannedVerdict, now: PlannedVerdict, incidental: Incidental): boolean => {
  if (saved.kind === 'assumed' || saved.kind === 'pending') return true;
  switch (now.kind) {
    case 'satisfied':
    case 'assumed':
    case 'pending':
      return true;
    case 'blocked':
      return false;
    case 'needed': {
      if (saved.kind !== 'needed') return false;
      return binding(now, incidental).every((change) => saved.changes.includes(change));
    }
  }
};

/** A step as it is judged now. */
export interface Judged {
  readonly step: BoundStep;
  readonly address: string;
  readonly verdict: PlannedVerdict;
  /** What the verdict rests on, by `worldKey`. */
  readonly rests: ReadonlyMap<string, Observed<unknown>>;
}

/** A saved plan to which steps are held. */
export interface Held {
  readonly saved: SavedCluster;
  readonly hide: Hide;
  /** The run of now: where the saved plan says its own, this one stands. */
  readonly run: string;
}

const unknownYet: Remembered = { kind: 'unavailable', why: 'the saved plan did not look at it' };

const changesOf = ({ saved, hide, run }: Held, { address, rests }: Judged): readonly FactChange[] => {
  const places = new Map(Object.entries(saved.rests[address] ?? {}));
  const own = (text: string): string => (saved.run === '' ? text : text.replaceAll(saved.run, run));
  return [...rests].flatMap(([key, observed]) => {
    const before = saved.observations[places.get(key) ?? -1] ?? unknownYet;
    return factChanges(own(key), before, remember(observed, hide), (one, other) => own(one) === other);
  });
};

const hiddenVerdict = (verdict: PlannedVerdict, hide: Hide): PlannedVerdict =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- hiding changes texts only
  redact(verdict, hide) as PlannedVerdict;

const place = ({ address, step, node }: PlannedStep) => ({ address, step, ...(node === undefined ? {} : { node }) });

/** Nothing in the saved plan: a step that nobody has seen. */
const added = (planned: PlannedStep, words: string): StepDrift => ({
  kind: 'added',
  ...place(planned),
  before: 'not in the plan',
  after: words,
  covered: false,
  facts: [],
});

/** How one step differs from what the saved plan says of it; undefined when it does not. */
export const stepDrift = (held: Held, saved: PlannedStep | undefined, judged: Judged): StepDrift | undefined => {
  const verdict = hiddenVerdict(judged.verdict, held.hide);
  const { on, id } = judged.step;
  const node = on.kind === 'node' ? { node: on.node } : {};
  if (saved === undefined)
    return added({ ...planless, address: judged.address, step: id, ...node }, verdictWords(verdict));
  const [before, after] = [verdictWords(saved.verdict), verdictWords(verdict)];
  if (before === after && saved.verdict.kind === verdict.kind) return undefined;
  const covered =
    (judged.step.unheld && verdict.kind !== 'blocked') ||
    allows(saved.verdict, verdict, (change) => judged.step.incidental(change));
  return {
    kind: 'changed',
    address: judged.address,
    step: id,
    ...node,
    before,
    after,
    covered,
    ...(verdict.kind === 'blocked' ? { fix: verdict.fix } : {}),
    facts: verdict.kind === 'assumed' ? [] : changesOf(held, judged),
  };
};

const planless = { kind: 'step', title: '', with: {}, verdict: { kind: 'satisfied' }, assertion: false } as const;

/** A plan as it was made now. */
export interface Fresh {
  readonly plan: Plan;
  readonly rests: Rests;
  /** Every step by its address. */
  readonly steps: ReadonlyMap<string, BoundStep>;
}

/** Every step by its address. */
export const byAddress = (plan: Plan): ReadonlyMap<string, PlannedStep> =>
  new Map(allSteps(plan).map((step) => [step.address, step]));

/**
 * The differences between a saved plan and one that was made now, in the order of the steps; those that the saved plan
 * covers are marked so. Pure.
 */
export const comparePlans = (held: Held, fresh: Fresh): readonly StepDrift[] => {
  const saved = byAddress(held.saved.plan);
  const now = byAddress(fresh.plan);
  const here = [...now.values()].flatMap(({ address, verdict }) => {
    const step = fresh.steps.get(address);
    if (step === undefined) return [];
    const rests = fresh.rests.get(address) ?? new Map<string, Observed<unknown>>();
    return stepDrift(held, saved.get(address), { step, address, verdict, rests }) ?? [];
  });
  const gone = [...saved.values()].flatMap((planned): readonly StepDrift[] =>
    now.has(planned.address)
      ? []
      : [
          {
            kind: 'gone',
            ...place(planned),
            before: verdictWords(planned.verdict),
            after: 'not in the plan any more',
            covered: false,
            facts: [],
          },
        ],
  );
  return [...here, ...gone];
};
