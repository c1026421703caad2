import { drive } from '../../src/simulator/simulation/drive.ts';
import { startMs, type Ground } from './ground.ts';
import { Operators, outcomeOf, type Staff } from './operators.ts';
import { quietStaff } from './quiet-staff.ts';

/** Two virtual days and as many events as any of these could need: beyond them it goes round in circles. */
export const limits = { until: startMs + 48 * 3_600_000, events: 3_000_000 };

/** Lets virtual time pass. */
export const pass = async ({ kernel, wakes }: Ground, ms: number): Promise<void> => {
  let over = false;
  kernel.after(ms, () => {
    over = true;
  });
  await drive(kernel, wakes, limits, () => over);
};

type Wanted = Pick<Staff, 'cluster' | 'version' | 'playbook' | 'before' | 'command' | 'files' | 'machine'>;

/**
 * Something that is done to a cluster before the simulation proper, undisturbed and unwatched, at one go. Returns how many
 * programs have run so far. @throws Error where it does not end well.
 */
export const quietRun = async (ground: Ground, wanted: Wanted): Promise<number> => {
  const operators = new Operators({ ...quietStaff(ground), way: { workers: 'each-hop' }, ...wanted });
  operators.begin();
  await drive(ground.kernel, ground.wakes, limits, () => !operators.busy);
  const { last } = operators;
  if (last !== undefined && typeof last.how === 'object' && 'error' in last.how) throw last.how.error;
  const code = last !== undefined && typeof last.how === 'object' && 'code' in last.how ? last.how.code : undefined;
  if (code === undefined || outcomeOf(code) !== 'done')
    throw new Error(`what was to be there beforehand did not end well: ${last?.stdout ?? ''}${last?.stderr ?? ''}`);
  return (wanted.before ?? 0) + operators.programs.length;
};
