import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';

/** The first seed of that kind, so that the test stays right when seeds mean something else. */
export const seedThat = (what: string, is: (scenario: Scenario) => boolean): number => {
  for (let seed = 1; seed < 100_000; seed += 1) if (is(scenarioOf(seed))) return seed;
  throw new Error(`no seed has ${what}`);
};
