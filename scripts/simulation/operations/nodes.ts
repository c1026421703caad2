import { nodeAdd, nodeRemove, nodeReplace } from '../../../src/cli/commands/node-life.ts';
import { layPodNetwork } from '../../../src/simulator/host/network.ts';
import { powerOff } from '../../../src/simulator/host/power.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';
import { isMap } from '../../../src/simulator/tools/kubernetes/value.ts';
import { clusterName, type Scenario } from '../scenario.ts';
import type { NodesScenario } from './nodes-scenario.ts';
import { inventoryText, keysOf, typedOptions, type Operation } from './operation.ts';

const pluginFile = '/etc/cni/net.d/10-bridge.conflist';

/** What the network of its pods has left on a host. */
const layNetwork = (host: Host): void => {
  layPodNetwork(host);
  host.files.makeDirectory('/etc/cni/net.d', byCluster, { parents: true });
  host.files.write(pluginFile, '{ "cniVersion": "1.0.0", "name": "pods" }\n', byCluster);
};

/** Those that are machines with nothing of a cluster. */
const bareOf = (nodes: NodesScenario): ReadonlySet<string> => {
  const { operation, node, beside, mistaken } = nodes;
  const comes = operation === 'add' || (operation === 'replace' && !mistaken);
  return new Set(comes ? [node, ...(beside === undefined ? [] : [beside])] : []);
};

/** Brings the world to where somebody wants a node out of it, or another one in. */
export const layNodes = (world: World, nodes: NodesScenario): void => {
  const { operation, node, mistaken, held, alsoDead } = nodes;
  const bare = bareOf(nodes);
  for (const host of world.hosts.values()) {
    if (!bare.has(host.name)) layNetwork(host);
    else if (!held) for (const each of host.packages.values()) each.held = false;
  }
  const gone = operation === 'forget' && !mistaken ? node : alsoDead;
  const machine = world.hosts.get(gone ?? '');
  if (machine !== undefined) powerOff(machine, byCluster);
};

const keyInUpload = ({ files }: Host): readonly string[] => {
  const path = `/var/lib/nodeops-host/${clusterName}/upload.yaml`;
  return files.stat(path) === undefined ? [] : (/^certificateKey: (\S+)$/m.exec(files.read(path))?.slice(1) ?? []);
};

/** Tokens and keys of the cluster, as they are made: none of them may be shown anywhere, however short it lives. */
export const tokensOf = (world: World): readonly string[] => {
  const known = [...keysOf(world)];
  world.listen((event) => {
    if (event.type !== 'object-changed' || event.kind !== 'Secret') return;
    const data = world.objects.get('Secret', event.namespace, event.name)?.['data'];
    const text = isMap(data) ? data['token-secret'] : undefined;
    if (typeof text === 'string') known.push(Buffer.from(text, 'base64').toString());
    for (const host of world.hosts.values()) known.push(...keyInUpload(host).filter((key) => !known.includes(key)));
  });
  return known;
};

const none: ReadonlySet<string> = new Set();

const typedBy = ({
  operation,
  node,
  beside,
}: NodesScenario): { readonly text: string; readonly type: Operation['type'] } => {
  const names = [node, ...(beside === undefined ? [] : [beside])];
  switch (operation) {
    case 'add':
      return {
        text: `nodeops node add ${names.join(' ')}`,
        type: (parts, dryRun) => nodeAdd(parts, names, typedOptions(dryRun)),
      };
    case 'replace':
      return {
        text: `nodeops node replace ${node}`,
        type: (parts, dryRun) => nodeReplace(parts, node, typedOptions(dryRun)),
      };
    case 'forget':
      return {
        text: `nodeops node remove ${node} --gone`,
        type: (parts, dryRun) => nodeRemove(parts, node, { ...typedOptions(dryRun), gone: true }),
      };
    case 'remove':
      return {
        text: `nodeops node remove ${node}`,
        type: (parts, dryRun) => nodeRemove(parts, node, typedOptions(dryRun)),
      };
  }
};

/** `nodeops node remove`, `nodeops node add` and `nodeops node replace`. */
export const nodesOperation = (scenario: Scenario, nodes: NodesScenario, world: World): Operation => {
  const { operation, node, beside } = nodes;
  const joins = new Set(beside === undefined ? [node] : [node, beside]);
  return {
    ...typedBy(nodes),
    inventory: inventoryText(scenario, [...world.hosts.values()]),
    lastLook: 'verify-etcd',
    ...(operation === 'replace' ? { severalRuns: true } : {}),
    wish: {
      nodes: {
        leaves: operation === 'add' ? none : new Set([node]),
        joins: operation === 'add' || operation === 'replace' ? joins : none,
        gone: operation === 'forget' || operation === 'replace',
      },
      secrets: tokensOf(world),
    },
  };
};
