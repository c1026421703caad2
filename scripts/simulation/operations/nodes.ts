import { nodeAdd, nodeRemove } from '../../../src/cli/commands/node-life.ts';
import { layPodNetwork } from '../../../src/simulator/host/network.ts';
import { powerOff } from '../../../src/simulator/host/power.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import { isMap } from '../../../src/simulator/tools/kubernetes/value.ts';
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
export const layNodes = (world: World, { operation, node, mistaken, held }: NodesScenario): void => {
  if (operation === 'add' && !held)
    for (const each of world.hosts.get(node)?.packages.values() ?? []) each.held = false;
  for (const host of world.hosts.values()) if (operation !== 'add' || host.name !== node) layNetwork(host);
  const gone = operation === 'forget' && !mistaken ? world.hosts.get(node) : undefined;
  if (gone !== undefined) powerOff(gone, byCluster);
};

/** Tokens of the cluster, as they are made: none of them may be shown anywhere, however short it lives. */
export const tokensOf = (world: World): readonly string[] => {
  const known = [...keysOf(world)];
  world.listen((event) => {
    if (event.type !== 'object-changed' || event.kind !== 'Secret') return;
    const data = world.objects.get('Secret', event.namespace, event.name)?.['data'];
    const text = isMap(data) ? data['token-secret'] : undefined;
    if (typeof text === 'string') known.push(Buffer.from(text, 'base64').toString());
  });
  return known;
};

const none: ReadonlySet<string> = new Set();

/** `nodeops node remove` and `nodeops node add`. */
export const nodesOperation = (scenario: Scenario, { operation, node }: NodesScenario, world: World): Operation => {
  const joins = operation === 'add';
  const isGone = operation === 'forget';
  const named = new Set([node]);
  return {
    text: joins ? `nodeops node add ${node}` : `nodeops node remove ${node}${isGone ? ' --gone' : ''}`,
    inventory: inventoryText(scenario, [...world.hosts.values()]),
    type: (parts, dryRun) =>
      joins
        ? nodeAdd(parts, [node], typedOptions(dryRun))
        : nodeRemove(parts, node, { ...typedOptions(dryRun), ...(isGone ? { gone: true } : {}) }),
    lastLook: 'verify-etcd',
    wish: {
      nodes: { leaves: joins ? none : named, joins: joins ? named : none, gone: isGone },
      secrets: tokensOf(world),
    },
  };
};
