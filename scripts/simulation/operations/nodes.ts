import { nodeRemove } from '../../../src/cli/commands/node-life.ts';
import { layPodNetwork } from '../../../src/simulator/host/network.ts';
import { powerOff } from '../../../src/simulator/host/power.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import type { Scenario } from '../scenario.ts';
import type { NodesScenario } from './nodes-scenario.ts';
import { inventoryText, keysOf, typedOptions, type Operation } from './operation.ts';

const pluginFile = '/etc/cni/net.d/10-bridge.conflist';

/** What the network of its pods has left on a host. */
const layNetwork = (host: Host): void => {
  layPodNetwork(host);
  host.files.makeDirectory('/etc/cni/net.d', byCluster, { parents: true });
  host.files.write(pluginFile, '{ "cniVersion": "1.0.0", "name": "pods" }\n', byCluster);
};

/** Brings the world to where somebody wants a node out of it, or another one in. */
export const layNodes = (world: World, { operation, node, mistaken }: NodesScenario): void => {
  for (const host of world.hosts.values()) layNetwork(host);
  const gone = operation === 'forget' && !mistaken ? world.hosts.get(node) : undefined;
  if (gone !== undefined) powerOff(gone, byCluster);
};

/** `nodeops node remove`. */
export const nodesOperation = (scenario: Scenario, { operation, node }: NodesScenario, world: World): Operation => {
  const isGone = operation === 'forget';
  return {
    text: `nodeops node remove ${node}${isGone ? ' --gone' : ''}`,
    inventory: inventoryText(scenario, [...world.hosts.values()]),
    type: (parts, dryRun) => nodeRemove(parts, node, { ...typedOptions(dryRun), ...(isGone ? { gone: true } : {}) }),
    lastLook: 'verify-etcd',
    wish: { nodes: { leaves: new Set([node]), joins: new Set(), gone: isGone }, secrets: keysOf(world) },
  };
};
