/** Exit codes of the command line (design: "What a person sees"). */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  blocked: 3,
  drift: 4,
  interrupted: 5,
  outsideWindow: 6,
} as const;

/** From well to worst. What failed is told before what only waits for somebody or for its time. */
const bySeverity: readonly number[] = [
  exitCode.done,
  exitCode.outsideWindow,
  exitCode.blocked,
  exitCode.drift,
  exitCode.interrupted,
  exitCode.failed,
  exitCode.usage,
];

const severity = (code: number): number => (bySeverity.includes(code) ? bySeverity.indexOf(code) : Infinity);

/** Of several clusters, or of a run and its way back: the exit code of the worse one. */
export const worse = (one: number, other: number): number => (severity(other) > severity(one) ? other : one);

/** Something the operator gave us is wrong: shown without a stack, exit code 2, nothing was touched. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One finding in a file that a person wrote. */
export interface InputProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `clusters[0].nodes[2].role` */
  readonly path: string;
  readonly message: string;
  /** What to write instead, when known. */
  readonly hint?: string;
}

const renderProblem = (problem: InputProblem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}` +
  (problem.hint === undefined ? '' : `\n    ${problem.hint}`);

/** All problems of one file at once. */
export class InvalidInput extends UsageError {
  readonly problems: readonly InputProblem[];
  constructor(problems: readonly InputProblem[]) {
    super(problems.map(renderProblem).join('\n'));
    this.problems = problems;
  }
}
