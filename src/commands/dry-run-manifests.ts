import { quoteWord } from './quote.ts';

/**
 * `$T/config`, of which kubeadm writes the manifests of this control plane: the cluster's own configuration with another
 * version (for sed). Ends with 5 where the API server does not answer.
 */
export const dryRunConfiguration = (version: string): readonly string[] => [
  'mkdir "$T/out"',
  'export KUBEADM_INIT_DRYRUN_DIR="$T/out"',
  "address=$(sed -n 's/^ *- --advertise-address=//p' /etc/kubernetes/manifests/kube-apiserver.yaml)",
  'kubectl --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=10s --namespace=kube-system get configmap kubeadm-config --output=jsonpath={.data.ClusterConfiguration} > "$T/cluster" || exit 5',
  '{',
  `  sed -n 's/^apiVersion: /apiVersion: /p' "$T/cluster" | head -n 1`,
  `  printf 'kind: InitConfiguration\\nlocalAPIEndpoint:\\n  advertiseAddress: %s\\nnodeRegistration:\\n  name: %s\\n---\\n' "$address" "$(uname -n)"`,
  `  sed "s/^kubernetesVersion: .*/kubernetesVersion: ${version}/" "$T/cluster"`,
  '} > "$T/config"',
];

/** Has `kubeadm` (a word of the shell) write manifests into `$T/out`; ends with 6, and what it says, where it does not. */
export const dryRunPhase = (kubeadm: string, phase: string, patches: string | undefined): string =>
  `${kubeadm} init phase ${phase} --dry-run --config "$T/config"${patches === undefined ? '' : ` --patches ${quoteWord(patches)}`} > "$T/said" 2>&1 || { cat "$T/said" >&2; exit 6; }`;
