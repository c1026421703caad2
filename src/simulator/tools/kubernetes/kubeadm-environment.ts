import { objectOf } from '../../cluster/objects.ts';
import type { Proxies } from '../../cluster/manifests.ts';
import type { Host } from '../../world/host.ts';

/** kubeadm takes over every variable whose name ends in `_proxy` from its own environment (kubeadm-facts 9). */
export const proxiesOf = (environment: ReadonlyMap<string, string>): Proxies =>
  [...environment].filter(([name]) => /_proxy$/i.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** As kubeadm-config has it. */
export const podSubnetOf = ({ objects }: Host['world']): string | undefined =>
  /^ {2}podSubnet: (\S+)$/m.exec(
    objectOf(objects, 'ConfigMap', 'kube-system', 'kubeadm-config')?.data['ClusterConfiguration'] ?? '',
  )?.[1];
