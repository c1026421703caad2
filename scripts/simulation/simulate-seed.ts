import type { Fault } from '../../src/simulator/faults/fault.ts';
import type { Choice } from './choice.ts';
import { simulateCreate } from './create/simulate-create.ts';
import { simulateFleet, type FleetFault } from './fleet/simulate-fleet.ts';
import { simulateRestore } from './restore/simulate-restore.ts';
import type { Result } from './result.ts';
import { simulate } from './simulate.ts';

const isOfFleet = (fault: Fault): fault is FleetFault => 'cluster' in fault;

/** What a seed stands for: one cluster, or a fleet where that was chosen. `faults`: in the place of the seed's own. */
export const simulateSeed = (
  seed: number,
  choice: Choice,
  options: { readonly traced?: boolean; readonly faults?: readonly Fault[] } = {},
): Promise<Result> => {
  if (choice.course === 'restore') return simulateRestore(seed, choice, options);
  if (choice.course === 'create') return simulateCreate(seed, choice, options);
  if (choice.fleet !== true) return simulate(seed, choice, options);
  const { faults, ...rest } = options;
  return simulateFleet(seed, choice, {
    ...rest,
    ...(faults === undefined ? {} : { faults: faults.filter(isOfFleet) }),
  });
};
