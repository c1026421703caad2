import type { Command } from '../model/command.ts';
import { detached } from './build.ts';
import { etcdManifest } from './etcd-restore.ts';
import { hostRecord } from './new-host.ts';

/** Interfaces that CNI plug-ins and kube-proxy make, by the names that most of them use. */
const interfaces = ['cni0', 'flannel.1', 'cilium_host', 'cilium_vxlan', 'vxlan.calico', 'kube-ipvs0'];

/**
 * Takes a node's part of a cluster off its host: `kubeadm reset`, and what that says it leaves behind: etcd's data, the
 * configuration and interfaces of CNI plug-ins, the rules of kube-proxy and of plug-ins. Other rules of the host stay,
 * and so do packages, containerd and images. Who the host belonged to is forgotten last: a kill before that is gone on
 * with. The member of etcd is taken out of etcd's list elsewhere, before. Source: kubernetes.io, kubeadm reset, "Clean
 * up"; kubeadm, phases of reset; iptables-restore(8); lab, 1.35.4.
 */
export const resetHost = (cluster: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        etcdManifest,
        'data=${data:-/var/lib/etcd}',
        'if command -v kubeadm > /dev/null; then kubeadm reset --force --skip-phases=remove-etcd-member; fi',
        'rm -rf "$data/member"',
        'rm -rf /etc/cni/net.d/* /var/lib/cni /run/flannel',
        `for each in ${interfaces.join(' ')}; do ip link delete "$each" 2> /dev/null || :; done`,
        'for tool in iptables ip6tables; do',
        '  command -v "$tool-save" > /dev/null || continue',
        '  rules=$("$tool-save" 2> /dev/null) || continue',
        `  case $rules in *KUBE-* | *CNI-*) printf '%s\\n' "$rules" | grep -v -e KUBE- -e CNI- | "$tool-restore" ;; esac`,
        'done',
        'if command -v nft > /dev/null; then for family in ip ip6; do nft delete table "$family" kube-proxy 2> /dev/null || :; done; fi',
        'rm -rf "$1"',
      ].join('\n'),
      'reset-host',
      hostRecord(cluster),
    ],
    { timeoutMs: 10 * 60_000 },
  );
