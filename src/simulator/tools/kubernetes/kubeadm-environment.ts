import { objectOf } from '../../cluster/objects.ts';
import type { Proxies } from '../../cluster/manifests.ts';
import type { Host } from '../../world/host.ts';

/** kubeadm takes over every variable whose name ends in `_proxy` from its own environment (kubeadm-facts 9). */
export const proxiesOf = (environment: ReadonlyMap<string, string>): Proxies =>
  [...environment].filter(([name]) => /_proxy$/i.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));

const sections: Readonly<Record<string, string>> = {
  'kube-apiserver': 'apiServer',
  'kube-controller-manager': 'controllerManager',
  'kube-scheduler': 'scheduler',
};

/** `--NAME=VALUE` of `extraArgs` in a ClusterConfiguration, as v1beta4 lists them. Recorded on the lab, 1.36.3. */
export const extraArgsIn = (configuration: string, component: string): readonly string[] => {
  const section =
    new RegExp(`^${sections[component] ?? component}:\\n((?: .*\\n)+)`, 'm').exec(configuration)?.[1] ?? '';
  const list = /^ {2}extraArgs:\n((?: {2}[ -].*\n)+)/m.exec(section)?.[1] ?? '';
  return [...list.matchAll(/- name: (\S+)\n +value: "?([^"\n]*)"?\n/g)].map(([, name, value]) => `--${name}=${value}`);
};

export const configurationOf = ({ objects }: Host['world']): string =>
  objectOf(objects, 'ConfigMap', 'kube-system', 'kubeadm-config')?.data['ClusterConfiguration'] ?? '';

/** As kubeadm-config has it. */
export const podSubnetOf = (world: Host['world']): string | undefined =>
  /^ {2}podSubnet: (\S+)$/m.exec(configurationOf(world))?.[1];
