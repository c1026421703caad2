import { drive } from '../../src/simulator/simulation/drive.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';
import { Faults } from './faults.ts';
import { startMs, type Ground } from './ground.ts';
import { nobody, type Observers } from './observer.ts';
import { Operators } from './operators.ts';
import { quietStaff } from './quiet-staff.ts';
import { inventoryOf, type Scenario } from './scenario.ts';

/** Until what a killed program began has come to its end. */
const settleMs = 900_000;

/** A pod of the last worker that does not go, once the control planes are under way: no gate could have foreseen it. */
const stuckPod = (ground: Ground, { to }: Scenario): Faults => {
  const where = [...ground.world.hosts.values()].findLast(({ role }) => role === 'worker')?.name;
  const fault: Fault = { kind: 'pod-does-not-terminate', when: { journal: 1 }, moment: 'after' };
  return new Faults(ground, where === undefined ? [] : [{ ...fault, where }], to, () => undefined);
};

/** One command, and all that it began, to their end. `ended`: called in between. */
export const runBefore = async (
  { kernel, wakes }: Ground,
  operators: Operators,
  ended: () => void = () => undefined,
): Promise<void> => {
  operators.begin();
  let settled = false;
  const limits = { until: startMs + 24 * 3_600_000, events: 3_000_000 };
  await drive(kernel, wakes, limits, () => !operators.busy);
  ended();
  kernel.after(settleMs, () => {
    settled = true;
  });
  await drive(kernel, wakes, limits, () => settled);
};

/**
 * An upgrade that nothing disturbs, to its end or killed so many entries of its journal on: what there is to go back from.
 * `by-itself`: it fails at a worker, and goes back.
 */
export const upgradeBefore = async (
  ground: Ground,
  scenario: Scenario,
  cut: Exclude<Scenario['goesBack'], undefined>,
): Promise<void> => {
  const { world } = ground;
  const trouble = cut === 'by-itself' ? stuckPod(ground, scenario) : undefined;
  let entries = 0;
  let underWay = false;
  const observers: Observers = {
    ...nobody,
    journal: (program, event, moment) => {
      underWay ||= event.type === 'step-started' && event.step === 'apply-upgrade';
      if (underWay) trouble?.journal(program, event, moment);
      if (moment === 'after') entries += 1;
      if (entries === cut) program.kill();
    },
  };
  const operators = new Operators({
    ...quietStaff(ground, observers),
    cluster: inventoryOf(scenario, [...world.hosts.values()]),
    version: scenario.to,
    way: cut === 'by-itself' ? { ...scenario.way, onFailure: 'rollback' } : scenario.way,
    playbook: 'upgrade',
  });
  await runBefore(ground, operators, () => trouble?.injector.settle());
};
