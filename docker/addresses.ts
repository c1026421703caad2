import type { Topology } from './topology.ts';
import { needsLoadBalancer } from './topology.ts';
import { UsageError } from './usage-error.ts';

export interface LabNode {
  readonly name: string;
  readonly host: string;
  readonly role: 'control-plane' | 'worker' | 'etcd';
}

/** The first two octets of the lab's docker network; changeable, since AWS's default VPC lives in 172.31 too. */
export const networkPrefix = process.env['NODEOPS_LAB_PREFIX'] ?? '172.31';

export const network = {
  name: 'nodeops-lab',
  subnet: `${networkPrefix}.0.0/16`,
  gateway: `${networkPrefix}.0.1`,
  packages: `${networkPrefix}.0.2`,
  registry: `${networkPrefix}.0.3`,
} as const;

/** Slots run from 1: pod subnets 10.129 … 10.254 stay clear of kubeadm's service subnet 10.96.0.0/12. */
const LAST_SLOT = 126;

/** The lowest free slot. A cluster's slot is the third octet of its nodes and decides its pod subnet. */
export function freeSlot(taken: readonly number[]): number {
  for (let slot = 1; slot <= LAST_SLOT; slot += 1) if (!taken.includes(slot)) return slot;
  throw new UsageError(`All ${LAST_SLOT} places for clusters are taken. Type: npm run lab -- down --name NAME`);
}

/** One /16 a cluster: their nodes share a network, so that equal pod subnets could answer for one another. */
export const podSubnet = (slot: number): string => `10.${128 + slot}.0.0/16`;

/** The subnet of the cluster to which a node's part of it belongs: hosts of one slot may become nodes of another's. */
export const podSubnetAround = (podCIDR: string): string => podCIDR.replace(/^(\d+\.\d+)\..*$/, '$1.0.0/16');

export const loadBalancerAddress = (slot: number): string => `${networkPrefix}.${slot}.2`;

/** The hosts of a cluster, control planes first, those that have nothing but etcd last. */
export function nodesOf(cluster: string, slot: number, topology: Topology): LabNode[] {
  const make = (role: LabNode['role'], short: string, count: number, offset: number): LabNode[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${cluster}-${short}${index + 1}`,
      host: `${networkPrefix}.${slot}.${offset + index + 1}`,
      role,
    }));
  return [
    ...make('control-plane', 'cp', topology.controlPlanes, 10),
    ...make('worker', 'w', topology.workers, 100),
    ...make('etcd', 'e', topology.etcdHosts ?? 0, 50),
  ];
}

/** Those that Kubernetes knows as its nodes. */
export const kubernetesNodes = (hosts: readonly LabNode[]): LabNode[] => hosts.filter(({ role }) => role !== 'etcd');

/** What kubeadm calls controlPlaneEndpoint. */
export function controlPlaneEndpoint(slot: number, topology: Topology): string {
  const host = needsLoadBalancer(topology) ? loadBalancerAddress(slot) : `${networkPrefix}.${slot}.11`;
  return `${host}:6443`;
}
