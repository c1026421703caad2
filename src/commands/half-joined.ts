import type { Command } from '../model/command.ts';
import { write } from './build.ts';
import { withEtcd } from './etcdctl.ts';
import { manifestFile } from './manifest.ts';
import { nodePorts } from './new-host.ts';

const kubeletConf = '/etc/kubernetes/kubelet.conf';

const [, , askOwnEtcd = ''] = withEtcd('etcdctl endpoint status --write-out=json');

/** What the member of etcd beside it says of itself; nothing where it does not run. */
const ownEtcd: readonly string[] = ['own_etcd() {', '  (', ...askOwnEtcd.split('\n'), '  ) 2> /dev/null', '}'];

/**
 * Before a control plane joins anew whose join was cut off behind its first kubelet. A member of etcd that it has got is to
 * run: it may vote, and the others may have no quorum without it. kubeadm joins nobody under the name of a node that is
 * Ready, which this one has become by itself: its kubelet is stopped until it joins, and what it has started runs on.
 * Source: kubeadm, phases/join/kubelet.go; lab, 1.35.4.
 */
export const quietHalfJoined = (node: string): Command =>
  write(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...ownEtcd,
        'left=30',
        `until [ ! -e ${manifestFile('etcd')} ] || own_etcd > /dev/null; do`,
        '  left=$((left - 1))',
        '  [ "$left" -gt 0 ] || break',
        '  systemctl is-active --quiet kubelet || systemctl start kubelet',
        '  sleep 2',
        'done',
        `ready=$(kubectl --kubeconfig=${kubeletConf} --request-timeout=15s get node "$1" --ignore-not-found '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}') || ready=`,
        '[ "$ready" != True ] || systemctl stop kubelet',
      ].join('\n'),
      'quiet-half-joined',
      node,
    ],
    { timeoutMs: 300_000 },
  );

/** Its own programs may listen there already. */
export const ownPorts: readonly string[] = nodePorts['control-plane'].map((port) => `Port-${port}`);

/**
 * Sets `$skip` for a member of etcd that votes already: over one kubeadm asks for its promotion for two minutes, in vain,
 * and fails (lab, 1.35.4); all other phases go through again. The phase has another name up to 1.32, where it comes later
 * (kubeadm, ControlPlaneKubeletLocalMode; not tried).
 */
export const skipVotedEtcd: readonly string[] = [
  ...ownEtcd,
  'skip=',
  'case $(own_etcd || :) in',
  `  *'"isLearner":true'*) ;;`,
  `  *'"leader":'*)`,
  '    case $(kubeadm version --output=short) in',
  '      v1.31.* | v1.32.*) skip=--skip-phases=control-plane-join/etcd ;;',
  '      *) skip=--skip-phases=etcd-join ;;',
  '    esac',
  '    ;;',
  'esac',
];

/** Without a kubelet no member of etcd starts, and kubeadm speaks of the member alone: ends with its exit code. */
export const tellKubelet =
  '{ code=$?; systemctl is-active --quiet kubelet || echo "the kubelet of this host does not run: see journalctl -u kubelet" >&2; exit "$code"; }';
