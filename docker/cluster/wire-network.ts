import type { LabNode } from '../addresses.ts';
import { podSubnetAround } from '../addresses.ts';
import { until } from '../until.ts';
import { attemptInNode, inNode } from './containers.ts';
import type { ClusterRecord } from './record.ts';
import type { RoutedNode } from './routes.ts';
import { cniConfiguration, routesFile } from './routes.ts';

const WRITE = 'printf %s "$1" >/etc/cni/net.d/10-lab.conflist && cat >/etc/lab/routes && systemctl restart lab-routes';

/**
 * Connects the pods of all nodes: which part of the subnet a node got is read from the API, never assumed; waited for
 * as long as `withinMs`.
 */
export async function wireNetwork(
  { name }: ClusterRecord,
  nodes: readonly LabNode[],
  withinMs = 60_000,
): Promise<void> {
  const first = nodes[0];
  if (!first) return;
  let routed: RoutedNode[] = [];
  const complete = await until(async () => {
    const asked = await attemptInNode(first.name, ['kubectl', 'get', 'nodes', '-o', 'json']);
    routed = asked.code === 0 ? withPodCidrs(nodes, asked.stdout) : [];
    return routed.length === nodes.length;
  }, withinMs);
  if (!complete) throw new Error(`The controller manager of ${name} gives its nodes no podCIDR.`);
  await Promise.all(
    routed.map((node) =>
      inNode(node.name, ['sh', '-c', WRITE, 'sh', cniConfiguration(node.podCIDR)], {
        input: routesFile(node, routed, podSubnetAround(node.podCIDR)),
      }),
    ),
  );
}

function withPodCidrs(nodes: readonly LabNode[], json: string): RoutedNode[] {
  const { items }: { items: { metadata: { name: string }; spec: { podCIDR?: string } }[] } = JSON.parse(json);
  return nodes.flatMap((node) => {
    const podCIDR = items.find((item) => item.metadata.name === node.name)?.spec.podCIDR;
    return podCIDR === undefined ? [] : [{ ...node, podCIDR }];
  });
}
