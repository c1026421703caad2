import type { KubeObject } from '../../src/simulator/world/world.ts';
import type { Ground } from './ground.ts';
import { isKeptOut, type Maintenance } from './maintenance.ts';
import { CommandWatch, type Observers } from './observer.ts';
import { Operators } from './operators.ts';
import { inventoryOf, type Scenario } from './scenario.ts';
import { ShownOutput } from './shown-output.ts';
import { runBefore } from './upgrade-before.ts';

interface NodeFields {
  spec?: { unschedulable?: boolean };
}

/** As `kubectl cordon` leaves it. */
const cordon = ({ world }: Ground, name: string): void => {
  const node: (KubeObject & NodeFields) | undefined = world.objects.get('Node', undefined, name);
  if (node === undefined) throw new RangeError(`no node ${name} in the simulated world`);
  node.spec = { ...node.spec, unschedulable: true };
  world.objects.put(node, { kind: 'person', name: 'colleague' });
};

const quiet: Observers = {
  note: () => undefined,
  fateOf: () => undefined,
  answered: () => undefined,
  journal: () => undefined,
};

/** What was done to nodes before: an operator took some out with nodeops, and somebody else cordoned one by hand. */
export const takenOut = async (ground: Ground, scenario: Scenario, maintenance: Maintenance): Promise<void> => {
  const { world } = ground;
  const { by, nodes } = maintenance.keptOut;
  for (const name of maintenance.cordoned) cordon(ground, name);
  if (!isKeptOut(maintenance)) return;
  const shown = new ShownOutput(world);
  const operators = new Operators({
    ground,
    watch: new CommandWatch(ground, quiet),
    observers: quiet,
    cluster: inventoryOf(scenario, [...world.hosts.values()]),
    version: scenario.from,
    way: scenario.way,
    playbook: by,
    maintenance: { ...maintenance, operation: by, nodes },
    tries: 1,
    otherMachine: false,
    dryRunFirst: false,
    calm: () => true,
    settle: () => undefined,
    screen: (program) => shown.screen(program),
    away: () => [],
  });
  await runBefore(ground, operators);
};
