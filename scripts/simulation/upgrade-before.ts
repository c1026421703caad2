import { drive } from '../../src/simulator/simulation/drive.ts';
import type { Ground } from './ground.ts';
import { startMs } from './ground.ts';
import { CommandWatch, type Observers } from './observer.ts';
import { Operators } from './operators.ts';
import { inventoryOf, type Scenario } from './scenario.ts';
import { ShownOutput } from './shown-output.ts';

/** Until what a killed program began has come to its end. */
const settleMs = 900_000;

/** An upgrade that nothing disturbs, to its end or killed so many entries of its journal on: what there is to go back from. */
export const upgradeBefore = async (ground: Ground, scenario: Scenario, cut: number | 'done'): Promise<void> => {
  const { kernel, wakes, world } = ground;
  let entries = 0;
  const observers: Observers = {
    note: () => undefined,
    fateOf: () => undefined,
    answered: () => undefined,
    journal: (program, _event, moment) => {
      if (moment === 'after') entries += 1;
      if (entries === cut) program.kill();
    },
  };
  const shown = new ShownOutput(world);
  const operators = new Operators({
    ground,
    watch: new CommandWatch(ground, observers),
    observers,
    cluster: inventoryOf(scenario, [...world.hosts.values()]),
    version: scenario.to,
    way: scenario.way,
    playbook: 'upgrade',
    tries: 1,
    otherMachine: false,
    dryRunFirst: false,
    calm: () => true,
    settle: () => undefined,
    screen: (program) => shown.screen(program),
    away: () => [],
  });
  operators.begin();
  let settled = false;
  const limits = { until: startMs + 24 * 3_600_000, events: 3_000_000 };
  await drive(kernel, wakes, limits, () => !operators.busy);
  kernel.after(settleMs, () => {
    settled = true;
  });
  await drive(kernel, wakes, limits, () => settled);
};
