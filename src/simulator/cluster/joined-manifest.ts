/**
 * etcd's manifest as `kubeadm join` writes it: with the members that there were, the new one included. Source: kubeadm,
 * phases/etcd, getEtcdCommand; recorded on the lab, 1.35.4 (etcd-on-node, replaced).
 */
export const joinedManifest = (
  manifest: string,
  members: readonly { readonly name: string; readonly address: string }[],
): string => {
  const all = members.map(({ name, address }) => `${name}=https://${address}:2380`).join(',');
  return manifest
    .replace(/^ {4}- --initial-cluster-state=.*\n/m, '')
    .replace(/^( {4}- )--initial-cluster=.*$/m, `$1--initial-cluster=${all}\n$1--initial-cluster-state=existing`);
};
