import type { KubeadmOptions, Role } from '../model/cluster.ts';
import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { restorePath } from './etcd-restore.ts';
import { adminConf } from './kubectl.ts';
import { quoteWord } from './quote.ts';
import { ownTraces } from './recovery.ts';

const minute = 60_000;

/** What one host joins with; it holds a token. On the control plane that made it, and on that host. */
export const madeJoin = (restore: string, node: string): string => `${restorePath(restore)}/join-${node}.yaml`;
export const stagedJoin = (restore: string): string => `${restorePath(restore)}/join.yaml`;

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
