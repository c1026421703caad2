import type { KubeadmOptions, Role } from '../model/cluster.ts';
import type { Command } from '../model/command.ts';
import type { Taint } from '../model/taint.ts';
import { detached, write } from './build.ts';
import { ownPorts, skipVotedEtcd, tellKubelet } from './half-joined.ts';
import { adminConf } from './kubectl.ts';
import { quoteWord } from './quote.ts';
import { ownTraces } from './recovery.ts';

const minute = 60_000;

/** What one host joins with; it holds a token. On the control plane that made it, and on that host. */
export const madeJoin = (directory: string, node: string): string => `${directory}/join-${node}.yaml`;
export const stagedJoin = (directory: string): string => `${directory}/join.yaml`;

export interface Joining {
  /** Where, on both hosts, what belongs to it is kept, for root only. */
  readonly directory: string;
  readonly node: string;
  readonly role: Role;
  readonly kubeadm: KubeadmOptions;
  /** Where a new control plane gets the authorities from: `there` already, or out of the cluster. */
  readonly authorities: 'there' | 'cluster';
  /** The address that it announces, where that is not the one of the default route. */
  readonly address?: string | undefined;
  /** All its taints; kubeadm's own where they are missing. */
  readonly taints?: readonly Taint[] | undefined;
}

const patchLines = ({ patches }: KubeadmOptions): readonly string[] =>
  patches === undefined ? [] : ['patches:', `  directory: ${JSON.stringify(patches)}`];

const taintLines = (taints: readonly Taint[] | undefined): readonly string[] => {
  if (taints === undefined) return [];
  const written = taints.map(({ key, value, effect }) => JSON.stringify({ key, value, effect }));
  return [`  taints: [${written.join(', ')}]`];
};

const controlPlaneLines = ({ role, address, authorities }: Joining): readonly string[] => {
  if (role !== 'control-plane') return [];
  const lines = [
    ...(address === undefined ? [] : [`  localAPIEndpoint: { advertiseAddress: ${JSON.stringify(address)} }`]),
    ...(authorities === 'cluster' ? ['  certificateKey: $key'] : []),
  ];
  return lines.length === 0 ? ['controlPlane: {}'] : ['controlPlane:', ...lines];
};

/** The kubelet announces the address too. Source: kubelet, `--node-ip`. */
const addressLines = ({ address }: Joining): readonly string[] =>
  address === undefined ? [] : [`  kubeletExtraArgs: [{ name: node-ip, value: ${JSON.stringify(address)} }]`];

const joinLines = (joining: Joining): readonly string[] => [
  'apiVersion: $api',
  'kind: JoinConfiguration',
  'discovery:',
  '  bootstrapToken:',
  '    apiServerEndpoint: $endpoint',
  '    token: $token',
  '    caCertHashes: ["$hash"]',
  'nodeRegistration:',
  `  name: ${JSON.stringify(joining.node)}`,
  ...addressLines(joining),
  ...taintLines(joining.taints),
  ...controlPlaneLines(joining),
  ...patchLines(joining.kubeadm),
];

/**
 * The authorities' keys, encrypted with a key that only the file of the join has, as a Secret of the cluster: kubeadm's
 * own way. The key is never on a command line; without the ClusterConfiguration kubeadm would ask the internet for the
 * newest version. Source: kubeadm init phase upload-certs; kubeadm, `FetchInitConfigurationFromCluster`.
 */
const uploadAuthorities: readonly string[] = [
  'key=$(kubeadm certs certificate-key)',
  '{',
  String.raw`  printf 'apiVersion: %s\nkind: InitConfiguration\ncertificateKey: %s\n---\n' "$api" "$key"`,
  `  kubectl --request-timeout=15s --namespace=kube-system get configmap kubeadm-config '--output=jsonpath={.data.ClusterConfiguration}'`,
  '} > upload.yaml',
  'kubeadm init phase upload-certs --upload-certs --config=upload.yaml --skip-certificate-key-print >&2',
];

/**
 * `forget FILE` deletes what a host joined with. Where that was a control plane, the Secret with the authorities' keys
 * goes too, and the token that kubeadm keeps it alive with: it holds nothing that is not on every control plane. A token
 * is a Secret by its ID; `kubeadm token delete` would fail over one whose time is over. An API that is away, or takes no
 * writes, is asked for a minute.
 */
const forgetOne: readonly string[] = [
  'drop() {',
  '  left=12',
  '  until kubectl --request-timeout=15s --namespace=kube-system delete secret "$1" --ignore-not-found; do',
  '    left=$((left - 1))',
  '    [ "$left" -gt 0 ] || return 1',
  '    sleep 5',
  '  done',
  '}',
  'forget() {',
  '  if grep -q certificateKey "$1"; then',
  '    drop kubeadm-certs',
  `    kubeadm token list | sed -n '/kubeadm-certs/s/[. ].*//p' | while read -r proxy; do drop "bootstrap-token-$proxy"; done`,
  '  fi',
  `  token=$(sed -n 's/^ *token: \\([a-z0-9]*\\)\\..*/\\1/p' "$1")`,
  '  [ -z "$token" ] || drop "bootstrap-token-$token"',
  '  rm -f "$1"',
  '}',
];

/** One of before, whose join came to no end, is forgotten first; and so is one that cannot be written down. */
const nothingLeft = (node: string): readonly string[] => [
  ...forgetOne,
  `[ ! -e join-${node}.yaml ] || forget join-${node}.yaml`,
  'made=',
  `trap 'code=$?; rm -f upload.yaml; [ -z "$made" ] || { rm -f join-${node}.yaml; drop "bootstrap-token-$made"; } >&2; exit "$code"' EXIT`,
];

/**
 * Writes what a host joins with, on a control plane, for root only: a token of a quarter of an hour is in it. A Node
 * object of that name that still counts as Ready is the old machine's, and kubeadm joins nobody under it: it is waited
 * for until nobody has heard of it (40 s, `--node-monitor-grace-period`). Source: kubeadm, JoinConfiguration; lab, 1.35.4.
 */
export const makeJoin = (joining: Joining): Command =>
  write(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `export KUBECONFIG=${adminConf}`,
        `mkdir -p ${quoteWord(joining.directory)}`,
        `cd ${quoteWord(joining.directory)}`,
        `ready() { kubectl --request-timeout=15s get node "$1" --ignore-not-found '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}'; }`,
        'tries=60',
        'until said=$(ready "$1") && [ "$said" != True ]; do',
        '  tries=$((tries - 1))',
        '  [ $tries -gt 0 ] || { echo "the node object $1 still says Ready: does another machine of that name run?" >&2; exit 1; }',
        '  sleep 2',
        'done',
        `api=$(kubeadm config print join-defaults | sed -n 's/^apiVersion: //p' | head -n 1)`,
        ...nothingLeft(joining.node),
        'key=',
        ...(joining.role === 'control-plane' && joining.authorities === 'cluster' ? uploadAuthorities : []),
        'set -- "$1" $(kubeadm token create --ttl=15m --print-join-command)',
        'endpoint=$4 token= hash=',
        'while [ $# -gt 1 ]; do',
        '  case $1 in --token) token=$2 ;; --discovery-token-ca-cert-hash) hash=$2 ;; esac',
        '  shift',
        'done',
        'made=${token%%.*}',
        '[ -n "$api" ] && [ -n "$token" ] && [ -n "$hash" ] || { echo "kubeadm printed nothing that could be joined with" >&2; exit 1; }',
        `cat > join-${joining.node}.yaml <<EOF`,
        ...joinLines(joining),
        'EOF',
        'made=',
      ].join('\n'),
      'make-join',
      joining.node,
    ],
    { timeoutMs: 4 * minute },
  );

const forgetting = (name: string, lines: readonly string[], ...args: readonly string[]): Command =>
  write(
    [
      'sh',
      '-c',
      ['set -eu', `export KUBECONFIG=${adminConf}`, 'cd "$1"', ...forgetOne, ...lines].join('\n'),
      name,
      ...args,
    ],
    { timeoutMs: 10 * minute },
  );

/** No token of a join is good for anybody any more, and no file that holds one is left on the control plane. */
export const forgetJoins = (directory: string): Command =>
  forgetting('forget-joins', ['for f in join-*.yaml; do', '  [ ! -e "$f" ] || forget "$f"', 'done'], directory);

/**
 * The same for one host that has joined: its token lived for as long as that took, and others that join meanwhile keep
 * theirs. Joins that nobody ended are forgotten once their tokens are over; this one first, however long it took.
 */
export const forgetJoin = (directory: string, node: string): Command =>
  forgetting(
    'forget-join',
    [
      '[ ! -e "join-$2.yaml" ] || forget "join-$2.yaml"',
      `find . -maxdepth 1 -name 'join-*.yaml' -mmin +15 | while read -r old; do forget "$old"; done`,
    ],
    directory,
    node,
  );

/** Notes on the host itself that what it joined with was forgotten: until then a run comes back for it. */
export const noteForgotten = (directory: string): Command =>
  write(['sh', '-c', 'touch "$1/forgotten" && sync "$1"', 'note-forgotten', directory]);

const joinTraces = [
  ...ownTraces,
  'FileAvailable--etc-kubernetes-kubelet.conf',
  'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf',
  'FileAvailable--etc-kubernetes-pki-ca.crt',
];

/**
 * `kubeadm join` with what was made for this host; the file goes with it. A worker whose kubelet has its certificate has
 * joined, whoever was killed meanwhile; a control plane goes through its phases again, over what they left.
 */
export const joinHost = ({ directory, role, kubeadm }: Pick<Joining, 'directory' | 'role' | 'kubeadm'>): Command => {
  const isControlPlane = role === 'control-plane';
  const ignored = [...joinTraces, ...(isControlPlane ? ownPorts : []), ...kubeadm.ignorePreflightErrors];
  return detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `cd ${quoteWord(directory)}`,
        "trap 'rm -f join.yaml' EXIT",
        '[ ! -e joined ] || exit 0',
        'rm -f forgotten',
        ...(isControlPlane
          ? skipVotedEtcd
          : [
              'if [ -e /etc/kubernetes/kubelet.conf ] && systemctl is-active --quiet kubelet; then touch joined; exit 0; fi',
            ]),
        'systemctl enable kubelet',
        `kubeadm join --config=join.yaml --ignore-preflight-errors=${ignored.map(quoteWord).join(',')}${isControlPlane ? ` $skip || ${tellKubelet}` : ''}`,
        'touch joined',
      ].join('\n'),
    ],
    { timeoutMs: 15 * minute },
  );
};

/** The taints that a node is to have when it joins; undefined: those that kubeadm gives by itself. */
export const joiningTaints = (
  role: Role,
  { taints, schedulable }: { readonly taints: readonly Taint[] | undefined; readonly schedulable: boolean },
): readonly Taint[] | undefined => {
  if (role !== 'control-plane') return taints;
  if (taints === undefined && !schedulable) return undefined;
  const own = schedulable ? [] : [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }];
  return [...own, ...(taints ?? [])];
};
