import { exitCode } from '../model/errors.ts';
import type { RunOutcome } from '../model/event.ts';

/** With which exit code a run of one cluster ends. */
export const codeOf: Readonly<Record<RunOutcome, number>> = {
  done: exitCode.done,
  failed: exitCode.failed,
  blocked: exitCode.blocked,
  drift: exitCode.drift,
  interrupted: exitCode.interrupted,
  'outside-window': exitCode.outsideWindow,
};

const outcomes: readonly RunOutcome[] = ['done', 'blocked', 'drift', 'interrupted', 'outside-window'];

/** The other way round; whatever is none of them has failed. */
export const outcomeOf = (code: number): RunOutcome => outcomes.find((each) => codeOf[each] === code) ?? 'failed';
