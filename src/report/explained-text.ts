import type { Paint } from './paint.ts';

/** What courses teach otherwise. */
export interface ExplainedNote {
  readonly step: string;
  readonly taught: string;
  readonly today: string;
  readonly why: string;
  readonly source: string;
}

export interface ExplainedStep {
  /** Its place in the playbook, from 1 on. */
  readonly number: number;
  readonly step: string;
  /** Around others: before the first of them, or after the last. */
  readonly bracket?: {
    readonly name: string;
    readonly side: 'enter' | 'exit';
    /** The last step that it is around. */
    readonly until: number;
    /** Also where one of them failed. */
    readonly alsoAfterFailure: boolean;
  };
  /** How many brackets that have an exit it is within. */
  readonly depth: number;
  /** It only looks. */
  readonly looks: boolean;
  /** What of the inventory it is done for. */
  readonly each?: string;
  /** What of a plan it is done for. */
  readonly changes?: readonly string[];
  readonly type: readonly string[];
  readonly why: string;
  readonly source: string;
  /** The number of the first one that says the same: its reasons are not told again. */
  readonly as?: number;
}

export interface ExplainedPhase {
  readonly name: string;
  /** On which nodes, and how many at once. */
  readonly where: string;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedPlaybook {
  readonly playbook: string;
  readonly description: string;
  /** What holds for it as a whole. */
  readonly told: readonly string[];
  readonly phases: readonly ExplainedPhase[];
  readonly courses: readonly ExplainedNote[];
}

const bracketWords = ({ name, side, until, alsoAfterFailure }: NonNullable<ExplainedStep['bracket']>): string =>
  side === 'enter'
    ? `before what follows up to ${until}, where something of that is needed (${name})`
    : `after that${alsoAfterFailure ? ', also where it failed' : ''} (${name})`;

const words = ({ bracket, looks, each }: ExplainedStep): string =>
  [
    ...(bracket === undefined ? [] : [bracketWords(bracket)]),
    ...(each === undefined ? [] : [each]),
    ...(looks ? ['looks'] : []),
  ].join('; ');

const stepLines = (step: ExplainedStep, paint: Paint): readonly string[] => {
  const indent = `${'  '.repeat(step.depth)}      `;
  const said = words(step);
  const heading = `${String(step.number).padStart(4)}  ${'  '.repeat(step.depth)}${paint('strong', step.step)}`;
  return [
    `${heading}${said === '' ? '' : `: ${said}`}`,
    ...(step.changes ?? []).map((change) => `${indent}→ ${change}`),
    ...step.type.map((line) => `${indent}  $ ${line}`),
    ...(step.as === undefined
      ? [`${indent}${step.why}`, `${indent}${paint('faint', step.source)}`]
      : [`${indent}${paint('faint', `why: see ${step.as}`)}`]),
  ];
};

/** Where courses say something else: nothing where they do not. */
export const coursesText = (notes: readonly ExplainedNote[], paint: Paint): readonly string[] =>
  notes.length === 0
    ? []
    : [
        '',
        paint('strong', 'Where courses teach it otherwise:'),
        ...notes.flatMap(({ step, taught, today, why, source }) => [
          `  ${step}`,
          `    they say: ${taught}`,
          `    today:    ${today}`,
          `    why:      ${why}`,
          `    ${paint('faint', source)}`,
        ]),
      ];

/** What a person would type for a whole playbook, phase by phase; reasons once, where a step comes first. */
export const explainedText = (
  { playbook, description, told, phases, courses }: ExplainedPlaybook,
  paint: Paint,
): string =>
  [
    `${paint('strong', playbook)}: ${description}`,
    ...told,
    ...phases.flatMap(({ name, where, steps }) => [
      '',
      `${paint('strong', name)} (${where})`,
      ...steps.flatMap((step) => stepLines(step, paint)),
    ]),
    ...coursesText(courses, paint),
    '',
  ].join('\n');
