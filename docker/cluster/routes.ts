import type { LabNode } from '../addresses.ts';

/** A node as the API knows it once the controller manager has given it a part of the pod subnet. */
export interface RoutedNode extends LabNode {
  readonly podCIDR: string;
}

/** /etc/lab/routes of one node; read by docker/node/lab-routes. */
export function routesFile(self: RoutedNode, all: readonly RoutedNode[], podSubnet: string): string {
  const others = all.filter((node) => node.name !== self.name);
  return [...others.map((node) => `route ${node.podCIDR} ${node.host}`), `pods ${self.podCIDR} ${podSubnet}`, ''].join(
    '\n',
  );
}

/** The CNI configuration of one node: a veth pair per pod, addresses from the node's own podCIDR. */
export function cniConfiguration(podCIDR: string): string {
  const configuration = {
    cniVersion: '0.4.0',
    name: 'lab',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: { type: 'host-local', ranges: [[{ subnet: podCIDR }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(configuration, null, 2)}\n`;
}
