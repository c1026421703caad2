import type { LabNode } from '../addresses.ts';
import { podSubnet } from '../addresses.ts';
import { until } from '../until.ts';
import { inNode, kubectl } from './containers.ts';
import type { ClusterRecord } from './record.ts';
import type { RoutedNode } from './routes.ts';
import { cniConfiguration, routesFile } from './routes.ts';

const WRITE = 'printf %s "$1" >/etc/cni/net.d/10-lab.conflist && cat >/etc/lab/routes && systemctl restart lab-routes';

/** Connects the pods of all nodes: which part of the subnet a node got is read from the API, never assumed. */
export async function wireNetwork(record: ClusterRecord, nodes: readonly LabNode[]): Promise<void> {
  const first = nodes[0];
  if (!first) return;
  let routed: RoutedNode[] = [];
  const complete = await until(async () => {
    routed = withPodCidrs(nodes, await kubectl(first.name, 'get', 'nodes', '-o', 'json'));
    return routed.length === nodes.length;
  }, 60_000);
  if (!complete) throw new Error(`The controller manager of ${record.name} gives its nodes no podCIDR.`);
  await Promise.all(
    routed.map((node) =>
      inNode(node.name, ['sh', '-c', WRITE, 'sh', cniConfiguration(node.podCIDR)], {
        input: routesFile(node, routed, podSubnet(record.slot)),
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
