import type { KubeadmOptions, Role } from '../model/cluster.ts';
import type { Command } from '../model/command.ts';
import { detached, read, write } from './build.ts';
import { controlPlaneManifests, etcdRestores, restorePath, takeManifestsAway } from './etcd-restore.ts';
import { adminConf, kubectlArgv, type ApiPlace } from './kubectl.ts';
import { quoteWord } from './quote.ts';

/** Files that the steps of a recovery put beside each other on a host. */
const recoveryFile = (restore: string, name: string): string => `${restorePath(restore)}/${name}`;
/** A control plane's part of the backup; gone once the authorities were taken out of it. */
export const stagedArchive = (restore: string): string => recoveryFile(restore, 'node.tar');
export const stagedConfiguration = (restore: string): string => recoveryFile(restore, 'kubeadm.yaml');
/** What one host joins with; it holds a token. On the control plane that made it, and on that host. */
export const madeJoin = (restore: string, node: string): string => recoveryFile(restore, `join-${node}.yaml`);
export const stagedJoin = (restore: string): string => recoveryFile(restore, 'join.yaml');

const kubeconfigs = ['admin', 'super-admin', 'kubelet', 'bootstrap-kubelet', 'controller-manager', 'scheduler'].map(
  (name) => `/etc/kubernetes/${name}.conf`,
);

/**
 * What a host has of a cluster, and what a recovery has done on it: a word and its values a line. The address is the one
 * that kubeadm takes by itself, that of the route to everywhere. Where CNI plugins lie is containerd's configuration;
 * /opt/cni/bin unless it says so. Source: kubeadm, `ChooseAPIServerBindAddress`; containerd, docs/cri/config.md.
 */
export const lookAtHost: Command = read([
  'sh',
  '-c',
  [
    `cd ${etcdRestores} 2> /dev/null && for d in *; do`,
    '  case $d in [0-9]*-*) [ -d "$d" ] || continue ;; *) continue ;; esac',
    `  for each in host authorities initialised joined done; do [ ! -e "$d/$each" ] || echo "mark $d $each"; done`,
    '  for f in "$d"/join-*.yaml; do [ ! -e "$f" ] || echo "join $f"; done',
    'done',
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
    'echo end',
  ].join('\n'),
]);

/** The addresses that a name has on a host; nothing where it has none. Source: getent(1), `ahosts`. */
export const resolve = (name: string): Command =>
  read(['sh', '-c', `getent ahosts "$1" | cut -d ' ' -f 1 | sort -u\necho end`, 'resolve', name]);

/** The first that is written on a host: it belongs to this restore, and what is found there later is its own. */
export const claimHost = (restore: string): Command =>
  write([
    'sh',
    '-c',
    'set -eu\numask 077\nmkdir -p "$1"\n: > "$1/host"\nsync -f "$1/host"',
    'claim-host',
    restorePath(restore),
  ]);

/** What kubeadm makes anew for a host, and what belongs to the host itself, stays out. */
const ofTheOldHost = [
  ...kubeconfigs.map((path) => path.slice(1)),
  'etc/kubernetes/manifests',
  'etc/kubernetes/pki/apiserver.*',
  'etc/kubernetes/pki/apiserver-*',
  'etc/kubernetes/pki/front-proxy-client.*',
  'etc/kubernetes/pki/etcd/server.*',
  'etc/kubernetes/pki/etcd/peer.*',
  'etc/kubernetes/pki/etcd/healthcheck-client.*',
  'var/lib/kubelet',
  'etc/default',
  'etc/sysconfig',
  'etc/systemd',
  'usr/lib/systemd',
  'etc/containerd',
  'etc/cni',
];

const authorities = ['ca.crt', 'ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'sa.key', 'sa.pub'].concat([
  'etcd/ca.crt',
  'etcd/ca.key',
]);

/**
 * Takes the authorities out of a control plane's part of the backup, and what else static pods are told of (policies, an
 * EncryptionConfiguration); nothing that is there is overwritten. Source: tar(1), GNU tar; kubeadm, "Custom certificates":
 * authorities that are there are used.
 */
export const placeAuthorities = (restore: string): Command =>
  write(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'cd "$1"',
        "trap 'rm -f node.tar' EXIT",
        'shift',
        '[ ! -e authorities ] || exit 0',
        'for each; do shift; set -- "$@" "--exclude=$each"; done',
        'tar --extract --file=node.tar --directory=/ --numeric-owner --same-permissions --skip-old-files --anchored "$@"',
        `for each in ${authorities.join(' ')}; do`,
        '  [ -e "/etc/kubernetes/pki/$each" ] || { echo "the backup has no /etc/kubernetes/pki/$each: an authority that is kept elsewhere has to be put there by hand" >&2; exit 1; }',
        'done',
        'sync',
        'touch authorities',
      ].join('\n'),
      'place-authorities',
      restorePath(restore),
      ...ofTheOldHost,
    ],
    { timeoutMs: 180_000 },
  );

/** What an earlier try of ours has left is no fault of the host. */
const ownTraces = [
  ...controlPlaneManifests.map((each) => `FileAvailable--etc-kubernetes-manifests-${each}.yaml`),
  'DirAvailable--var-lib-etcd',
  'Port-10250',
];

const minute = 60_000;

/**
 * Everything that `kubeadm init` writes before a kubelet runs: its own checks and images, certificates signed by the
 * authorities that are there, kubeconfigs, manifests. The manifests are kept away until there are data to start over.
 */
export const writeControlPlane = (restore: string): Command => {
  const config = `--config=${quoteWord(stagedConfiguration(restore))}`;
  return takeManifestsAway(
    controlPlaneManifests,
    [
      'umask 022',
      `kubeadm init phase preflight ${config} --ignore-preflight-errors=${ownTraces.join(',')}`,
      ...['certs all', 'kubeconfig all', 'control-plane all', 'etcd local'].map(
        (phase) => `kubeadm init phase ${phase} ${config}`,
      ),
      'umask 077',
    ],
    15 * minute,
  );
};

/** The kubelet's configuration, and the kubelet. `kubelet` is the mark of a kubelet that knows no other time. */
export const startFirstKubelet = (restore: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'systemctl enable kubelet',
        `kubeadm init phase kubelet-start --config=${quoteWord(stagedConfiguration(restore))}`,
        `touch ${quoteWord(recoveryFile(restore, 'kubelet'))}`,
      ].join('\n'),
    ],
    { timeoutMs: 5 * minute },
  );

/** CoreDNS comes back with the objects; the join command would show a token. */
const doneOtherwise = [
  'preflight',
  'certs',
  'kubeconfig',
  'etcd',
  'control-plane',
  'kubelet-start',
  'wait-control-plane',
  'addon/coredns',
  'show-join-command',
];

/**
 * What `kubeadm init` writes into a cluster that answers: its configuration, role and taint of the node, the address in
 * `cluster-info` and in kube-proxy's configuration. The token that it wants to make is one of a minute. Source: kubeadm,
 * `init` phases; lab, 1.35.4.
 */
export const finishControlPlane = (restore: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `cd ${quoteWord(restorePath(restore))}`,
        "trap 'rm -f finish.yaml' EXIT",
        '( umask 077; cp kubeadm.yaml finish.yaml )',
        String.raw`printf 'bootstrapTokens:\n- token: %s\n  ttl: 1m0s\n' "$(kubeadm token generate)" >> finish.yaml`,
        `skipped=${doneOtherwise.join(',')}`,
        `grep -q '^kind: KubeProxyConfiguration' kubeadm.yaml || skipped=$skipped,addon/kube-proxy`,
        'kubeadm init --config=finish.yaml --skip-token-print --skip-phases="$skipped"',
        'touch initialised',
      ].join('\n'),
    ],
    { timeoutMs: 10 * minute },
  );

/** Removes Node objects; those that are not there are no error. */
export const deleteNodes = (place: ApiPlace, names: readonly string[]): Command =>
  write(kubectlArgv(place, 'delete', 'node', ...names, '--ignore-not-found'));

export interface Joining {
  readonly restore: string;
  readonly node: string;
  readonly role: Role;
  readonly kubeadm: KubeadmOptions;
}

const patchLines = ({ patches }: KubeadmOptions): readonly string[] =>
  patches === undefined ? [] : ['patches:', `  directory: ${JSON.stringify(patches)}`];

/**
 * Writes what a host joins with, on a control plane, for root only: a token of a quarter of an hour is in it. A Node
 * object of that name that still counts as Ready is the old machine's, and kubeadm joins nobody under it: it is waited
 * for until nobody has heard of it (40 s, `--node-monitor-grace-period`). Source: kubeadm, JoinConfiguration; lab, 1.35.4.
 */
export const makeJoin = ({ restore, node, role, kubeadm }: Joining): Command => {
  const lines = [
    'apiVersion: $api',
    'kind: JoinConfiguration',
    'discovery:',
    '  bootstrapToken:',
    '    apiServerEndpoint: $endpoint',
    '    token: $token',
    '    caCertHashes: ["$hash"]',
    'nodeRegistration:',
    `  name: ${JSON.stringify(node)}`,
    ...(role === 'control-plane' ? ['controlPlane: {}'] : []),
    ...patchLines(kubeadm),
  ];
  return write(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `export KUBECONFIG=${adminConf}`,
        `cd ${quoteWord(restorePath(restore))}`,
        `ready() { kubectl --request-timeout=15s get node "$1" --ignore-not-found '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}'; }`,
        'tries=60',
        'until said=$(ready "$1") && [ "$said" != True ]; do',
        '  tries=$((tries - 1))',
        '  [ $tries -gt 0 ] || { echo "the node object $1 still says Ready: does another machine of that name run?" >&2; exit 1; }',
        '  sleep 2',
        'done',
        `api=$(sed -n 's|^apiVersion: \\(kubeadm.k8s.io/.*\\)|\\1|p' kubeadm.yaml | head -n 1)`,
        'set -- "$1" $(kubeadm token create --ttl=15m --print-join-command)',
        'endpoint=$4 token= hash=',
        'while [ $# -gt 1 ]; do',
        '  case $1 in --token) token=$2 ;; --discovery-token-ca-cert-hash) hash=$2 ;; esac',
        '  shift',
        'done',
        '[ -n "$token" ] && [ -n "$hash" ] || { echo "kubeadm token create printed no command that could be read" >&2; exit 1; }',
        `cat > join-${node}.yaml <<EOF`,
        ...lines,
        'EOF',
      ].join('\n'),
      'make-join',
      node,
    ],
    { timeoutMs: 3 * minute },
  );
};

/** No token of a join is good for anybody any more, and no file that holds one is left on the control plane. */
export const forgetJoins = (restore: string): Command =>
  write([
    'sh',
    '-c',
    [
      'set -eu',
      `export KUBECONFIG=${adminConf}`,
      'cd "$1"',
      'for f in join-*.yaml; do',
      '  [ -e "$f" ] || continue',
      `  token=$(sed -n 's/^ *token: \\([a-z0-9]*\\)\\..*/\\1/p' "$f")`,
      '  [ -z "$token" ] || kubeadm token delete "$token"',
      '  rm -f "$f"',
      'done',
    ].join('\n'),
    'forget-joins',
    restorePath(restore),
  ]);

const joinTraces = [
  ...ownTraces,
  'FileAvailable--etc-kubernetes-kubelet.conf',
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
];

/**
 * `kubeadm join` with what was made for this host; the file goes with it. A worker whose kubelet has its certificate has
 * joined, whoever was killed meanwhile.
 */
export const joinHost = ({ restore, role, kubeadm }: Joining): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `cd ${quoteWord(restorePath(restore))}`,
        "trap 'rm -f join.yaml' EXIT",
        '[ ! -e joined ] || exit 0',
        ...(role === 'worker'
          ? [
              'if [ -e /etc/kubernetes/kubelet.conf ] && systemctl is-active --quiet kubelet; then touch joined; exit 0; fi',
            ]
          : []),
        'systemctl enable kubelet',
        `kubeadm join --config=join.yaml --ignore-preflight-errors=${[...joinTraces, ...kubeadm.ignorePreflightErrors].map(quoteWord).join(',')}`,
        'touch joined',
      ].join('\n'),
    ],
    { timeoutMs: 15 * minute },
  );
