import type { KubeObject } from '../../src/simulator/world/world.ts';
import type { Ground } from './ground.ts';
import { isKeptOut, type Maintenance } from './maintenance.ts';
import { Operators } from './operators.ts';
import { quietStaff } from './quiet-staff.ts';
import { inventoryOf, type Scenario } from './scenario.ts';
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

/** What was done to nodes before: an operator took some out with nodeops, and somebody else cordoned one by hand. */
export const takenOut = async (ground: Ground, scenario: Scenario, maintenance: Maintenance): Promise<void> => {
  const { world } = ground;
  const { by, nodes } = maintenance.keptOut;
  for (const name of maintenance.cordoned) cordon(ground, name);
  if (!isKeptOut(maintenance)) return;
  const operators = new Operators({
    ...quietStaff(ground),
    cluster: inventoryOf(scenario, [...world.hosts.values()]),
    version: scenario.from,
    way: scenario.way,
    playbook: by,
    maintenance: { ...maintenance, operation: by, nodes },
  });
  await runBefore(ground, operators);
};
