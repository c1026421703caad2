import { stringify } from 'yaml';
import type { LabNode } from './addresses.ts';

export interface InventoryWish {
  readonly cluster: string;
  readonly nodes: readonly LabNode[];
  /** Preflight checks of kubeadm that cannot pass here. */
  readonly ignored: readonly string[];
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** Of hosts without a cluster: what one is made with. */
  readonly bare?: { readonly version: string; readonly create: Readonly<Record<string, string>> };
}

/** The one preflight check of `kubeadm upgrade apply|node` that cannot pass in a container. */
export const ignoredOnUpgrade = ['SystemVerification'];

/** An inventory that nodeops can use as it is. */
export function inventory(wish: InventoryWish): string {
  return stringify({
    apiVersion: 'nodeops/v1',
    kind: 'Inventory',
    defaults: {
      ssh: { user: 'ops', identityFile: wish.identityFile, knownHostsFile: wish.knownHostsFile },
      become: 'sudo',
    },
    clusters: [
      {
        name: wish.cluster,
        ...wish.bare,
        kubeadm: { ignorePreflightErrors: [...wish.ignored] },
        drain: { timeout: '2m', deleteEmptyDirData: true },
        nodes: wish.nodes.map(({ name, host, role }) => ({ name, host, role })),
      },
    ],
  });
}
