import type { Command } from '../../model/command.ts';
import type { Emit } from '../emit.ts';
import { performAll, type Performed } from '../perform.ts';
import type { Session } from '../session.ts';

/** The address under which the journal has what was written for ownership itself. */
export const lockAddress = 'lease';

/** Sends one write of the ownership itself, which no epoch guards yet: journalled like every other. */
export type LockWriter = (node: string, command: Command) => Promise<Performed>;

/** `session` is one without ownership: its transport sends a write as it is. */
export const createLockWriter = (session: Session, emit: Emit, run: string): LockWriter => {
  let attempt = 0;
  return async (node, command) => {
    attempt += 1;
    const performance = { session, emit, run, address: lockAddress, step: lockAddress, attempt, waitedMs: 0 };
    const performed = await performAll(performance, [{ do: 'exec', on: node, command }]);
    if (performed === undefined) throw new Error('one action was given and none performed');
    return performed;
  };
};
