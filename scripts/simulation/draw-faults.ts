import { faultKinds, type Fault, type FaultKind } from '../../src/simulator/faults/fault.ts';
import { planFaults, type Topology } from '../../src/simulator/faults/plan-faults.ts';
import { Random } from '../../src/simulator/random.ts';
import type { Choice } from './choice.ts';

/** The kinds that were chosen, without those that are none of what is played. */
export const fittingKinds = (
  { kinds }: Pick<Choice, 'kinds'>,
  unfitting: readonly FaultKind[] = [],
): readonly FaultKind[] => faultKinds.filter((kind) => (kinds?.includes(kind) ?? true) && !unfitting.includes(kind));

/** What befalls one cluster, as its seed wants it. */
export const drawFaults = (
  seed: number,
  undisturbed: Topology,
  choice: Pick<Choice, 'kinds'>,
  unfitting: readonly FaultKind[] = [],
): readonly Fault[] => {
  const only = fittingKinds(choice, unfitting);
  return only.length === 0 ? [] : planFaults(new Random(seed ^ 0x5eed), undisturbed, { only });
};
