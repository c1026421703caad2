import { upgrade } from '../../../src/cli/commands/upgrade.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { seenMaintenance, type Maintenance } from '../maintenance.ts';
import type { Scenario } from '../scenario.ts';
import { inventoryText, typedOptions, type Operation } from './operation.ts';

/** `nodeops upgrade --os-patch`: the hosts' own packages under the same drains. */
export const patchedUpgrade = (scenario: Scenario, patches: Maintenance, world: World): Operation => {
  const { to, way } = scenario;
  const { reboot, securityOnly, exclude } = patches;
  const options = {
    to,
    osPatch: true,
    reboot,
    ...(securityOnly ? { securityOnly } : {}),
    ...(exclude.length === 0 ? {} : { exclude: exclude.join(',') }),
    ...(way.drain === undefined ? {} : { drain: way.drain }),
  };
  return {
    text: `nodeops upgrade --to ${to} --os-patch --reboot ${reboot}`,
    inventory: inventoryText(scenario, [...world.hosts.values()]),
    type: (parts, dryRun) => upgrade(parts, { ...typedOptions(dryRun), ...options }),
    lastLook: 'verify-cluster',
    wish: { maintenance: { ...seenMaintenance(patches, [...world.hosts.keys()]), upgrades: true } },
  };
};
