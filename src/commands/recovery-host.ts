import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';
import { etcdRestores } from './etcd-restore.ts';

/** Whom kubeadm writes kubeconfigs for. */
export const kubeconfigs = [
  'admin',
  'super-admin',
  'kubelet',
  'bootstrap-kubelet',
  'controller-manager',
  'scheduler',
].map((name) => `/etc/kubernetes/${name}.conf`);

/**
 * What a host has of a cluster and needs for one: a word and its values a line. The address is the one
 * that kubeadm takes by itself, that of the route to everywhere. Where CNI plugins lie is containerd's configuration;
 * /opt/cni/bin unless it says so. Source: kubeadm, `ChooseAPIServerBindAddress`; containerd, docs/cri/config.md.
 */
export const hostWords: readonly string[] = [
  `for f in /etc/kubernetes/manifests/*.yaml ${kubeconfigs.join(' ')} /etc/kubernetes/pki/ca.crt /var/lib/kubelet/config.yaml /var/lib/etcd/member; do`,
  '  [ ! -e "$f" ] || echo "remains $f"',
  'done',
  `address=$(ip -4 route get 198.51.100.1 2> /dev/null | sed -n 's/.* src \\([^ ]*\\).*/\\1/p' | head -n 1)`,
  `[ -n "$address" ] || address=$(ip -6 route get 2001:db8::1 2> /dev/null | sed -n 's/.* src \\([^ ]*\\).*/\\1/p' | head -n 1)`,
  '[ -z "$address" ] || echo "address $address"',
  `plugins=$(sed -n 's/^ *bin_dirs\\{0,1\\} *= *\\[\\{0,1\\} *["'"'"']\\([^"'"'"']*\\).*/\\1/p' /etc/containerd/config.toml 2> /dev/null | head -n 1)`,
  'plugins=${plugins:-/opt/cni/bin}',
  'if [ -x "$plugins/loopback" ]; then echo "plugins $plugins"; else echo "no-plugins $plugins"; fi',
  'if [ -S /run/containerd/containerd.sock ] && systemctl is-active --quiet containerd; then echo runtime; fi',
];

/** What a host has of a cluster, and what a recovery has done on it. */
export const lookAtHost: Command = read([
  'sh',
  '-c',
  [
    `cd ${etcdRestores} 2> /dev/null && for d in *; do`,
    '  case $d in [0-9]*-*) [ -d "$d" ] || continue ;; *) continue ;; esac',
    `  for each in host authorities initialised joined done; do [ ! -e "$d/$each" ] || echo "mark $d $each"; done`,
    '  for f in "$d"/join-*.yaml; do [ ! -e "$f" ] || echo "join $f"; done',
    'done',
    ...hostWords,
    'echo end',
  ].join('\n'),
]);

/** The addresses that a name has on a host; nothing where it has none. Source: getent(1), `ahosts`. */
export const resolve = (name: string): Command =>
  read(['sh', '-c', `getent ahosts "$1" | cut -d ' ' -f 1 | sort -u\necho end`, 'resolve', name]);

/** The first that is written on a host: it belongs to what is done there now, and what is found there later is its own. */
export const claimHost = (directory: string): Command =>
  write(['sh', '-c', 'set -eu\numask 077\nmkdir -p "$1"\n: > "$1/host"\nsync -f "$1/host"', 'claim-host', directory]);
