import type { Ground } from './ground.ts';
import { CommandWatch, nobody, type Observers } from './observer.ts';
import type { Staff } from './operators.ts';
import { ShownOutput } from './shown-output.ts';

/** People who type a command once, and meet nothing that goes wrong: what was there before the simulation proper. */
export const quietStaff = (
  ground: Ground,
  observers: Observers = nobody,
): Omit<Staff, 'cluster' | 'version' | 'way' | 'playbook'> => {
  const shown = new ShownOutput(ground.world);
  return {
    ground,
    watch: new CommandWatch(ground, observers),
    observers,
    tries: 1,
    otherMachine: false,
    dryRunFirst: false,
    calm: () => true,
    settle: () => undefined,
    screen: (program) => shown.screen(program),
    away: () => [],
  };
};
