import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { withEtcd } from './etcdctl.ts';
import { adminConf, type ApiPlace } from './kubectl.ts';

/**
 * Functions of a script on a control plane: `api ARGS…` is kubectl against the node's own API server, or, where that
 * does not answer, against the address in admin.conf, behind which another one may. `api` fails where neither does.
 */
const throughAnyApi = `kubectl_at() { kubectl --kubeconfig=${adminConf} --request-timeout=15s "$@"; }
api_at=none trouble=
find_api() {
  for at in \${1:+"--server=$1"} ''; do
    if said=$(kubectl_at \${at:+"$at"} get namespace kube-system --output=name 2>&1); then api_at=$at; return 0; fi
    trouble=$(printf '%s' "$said" | tail -n 1 | tr -cd '[:print:]' | tr -d '"\\\\')
  done
  return 1
}
api() { [ "$api_at" != none ] && kubectl_at \${api_at:+"$api_at"} "$@"; }`;

/**
 * Writes what etcd and the API say about the cluster to `<kept>.json`: the cluster's ID and members, the claims,
 * kubeadm's ConfigMaps. What nobody could be asked for is `null`: a backup is most wanted when half of it is broken.
 */
export const saveState = (kept: string, { apiServer }: ApiPlace): Command =>
  write(
    withEtcd(
      [
        'set -u',
        'umask 077',
        'kept=$1 server=$2',
        throughAnyApi,
        'mkdir -p "$(dirname "$kept")" || exit',
        'rm -f "$kept.json" "$kept.new" "$kept.part"',
        'find_api "$server"',
        // A question that fails in the middle must not leave half an answer.
        `part() { name=$1; shift; if "$@" > "$kept.part" 2> /dev/null && [ -s "$kept.part" ]; then printf ',"%s":' "$name"; cat "$kept.part"; else printf ',"%s":null' "$name"; fi; }`,
        '{',
        `  printf '{"endpoint":'`,
        '  etcdctl endpoint status --write-out=json || exit',
        '  part members etcdctl member list --write-out=json',
        `  printf ',"initialCluster":"%s"' "$(flag initial-cluster)"`,
        '  part claims api get persistentvolumeclaims --all-namespaces --output=json',
        '  part configuration api get configmaps --namespace=kube-system kubeadm-config kubelet-config kube-proxy coredns --ignore-not-found --output=json',
        `  printf ',"apiTrouble":"%s"}\\n' "$trouble"`,
        '} > "$kept.new" || exit',
        'rm -f "$kept.part"',
        'mv "$kept.new" "$kept.json"',
      ].join('\n'),
      kept,
      apiServer,
    ),
    { timeoutMs: 180_000 },
  );

/**
 * What a node needs to be the same again, as paths below `/`. `tmp` of kubeadm holds copies of etcd's directory. The
 * kubelet's own certificates go along: its kubeconfig names them.
 */
const nodePaths = [
  'etc/kubernetes',
  'var/lib/kubelet/config.yaml',
  'var/lib/kubelet/kubeadm-flags.env',
  'var/lib/kubelet/instance-config.yaml',
  'var/lib/kubelet/pki',
  'etc/default/kubelet',
  'etc/sysconfig/kubelet',
  'etc/systemd/system/kubelet.service',
  'etc/systemd/system/kubelet.service.d',
  'usr/lib/systemd/system/kubelet.service.d',
  'etc/containerd/config.toml',
  'etc/containerd/certs.d',
  'etc/cni/net.d',
];

/**
 * Files that static pods are told of and that lie elsewhere: an EncryptionConfiguration, without which no Secret can be
 * read again; policies. What a component writes itself (logs, etcd's data) is none of them.
 */
const referenced = `for f in $(sed -n 's/^ *- --[a-z-]*=\\(\\/[^ "]*\\)$/\\1/p' etc/kubernetes/manifests/*.yaml 2> /dev/null | sort -u); do
  case $f in /etc/kubernetes/* | /var/log/* | /var/lib/etcd/*) continue ;; esac
  if [ -f "$f" ]; then set -- "$@" "\${f#/}"; fi
done`;

/**
 * Saves a node's configuration as `<kept>.tar`, with modes and numeric owners, and what it runs as `<kept>.txt`.
 * Source: tar(1), GNU tar: rc 1 where a file changed while it was read.
 */
export const saveNode = (kept: string): Command =>
  write(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        'kept=$1',
        'shift',
        'mkdir -p "$(dirname "$kept")"',
        // One that goes on although its connection was lost writes elsewhere: each gets its name whole.
        'rm -f "$kept".*',
        'part=$kept.$$',
        'cd /',
        'for f; do shift; if [ -e "$f" ]; then set -- "$@" "$f"; fi; done',
        referenced,
        '[ $# -gt 0 ] || { echo "nothing of Kubernetes is configured on this node" >&2; exit 1; }',
        'tar --create --file="$part.tar" --numeric-owner --exclude=etc/kubernetes/tmp -- "$@"',
        '{',
        '  echo "hostname $(cat /proc/sys/kernel/hostname)"',
        '  echo "addresses $(hostname -I 2> /dev/null || :)"',
        '  echo "machine-id $(cat /etc/machine-id)"',
        `  sed -n 's/^PRETTY_NAME="\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/system \\1/p' /etc/os-release`,
        '  echo "kubelet $(kubelet --version 2> /dev/null || :)"',
        '  echo "kubeadm $(kubeadm version -o short 2> /dev/null || :)"',
        '  echo "containerd $(containerd --version 2> /dev/null || :)"',
        `  sed -n 's/^ *image: */image /p' /etc/kubernetes/manifests/*.yaml 2> /dev/null || :`,
        '  echo end here',
        '} > "$part.txt"',
        'mv "$part.tar" "$kept.tar"',
        'mv "$part.txt" "$kept.txt"',
      ].join('\n'),
      'save-node',
      kept,
      ...nodePaths,
    ],
    { timeoutMs: 180_000 },
  );

/**
 * Every object of every kind that can be listed, one a line of JSON, in `<kept>.jsonl`: by discovery, for `all` is but
 * some kinds. Empty where no API server answers. Events are of no use later, and metrics are no objects.
 */
export const saveObjects = (kept: string, { apiServer }: ApiPlace, secrets: boolean): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -u',
        'umask 077',
        'kept=$1 server=$2 leave=$3',
        throughAnyApi,
        'mkdir -p "$(dirname "$kept")" || exit',
        'rm -f "$kept.jsonl" "$kept.new"',
        'if ! find_api "$server"; then echo "no API server answers: $trouble"; : > "$kept.jsonl"; exit 0; fi',
        'kinds=$(api api-resources --verbs=list --output=name) || exit',
        ': > "$kept.new"',
        'for kind in $kinds; do',
        '  case $kind in events | events.* | componentstatuses | *.metrics.k8s.io | "$leave") continue ;; esac',
        `  api get "$kind" --all-namespaces --chunk-size=500 --output=jsonpath='{range .items[*]}{@}{"\\n"}{end}' >> "$kept.new" || exit`,
        'done',
        'mv "$kept.new" "$kept.jsonl"',
        'echo "$(wc -l < "$kept.jsonl") objects"',
      ].join('\n'),
      'save-objects',
      kept,
      apiServer,
      secrets ? '' : 'secrets',
    ],
    { timeoutMs: 30 * 60_000 },
  );

/** The node keeps nothing of it: it holds the keys of the cluster. */
export const removeFiles = (...paths: readonly string[]): Command => write(['rm', '-f', ...paths]);
