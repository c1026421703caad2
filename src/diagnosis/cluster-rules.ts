import type { NodeCondition } from '../facts/node-conditions.ts';
import { formatDuration } from '../model/duration.ts';
import type { NodeSight } from './node-sight.ts';
import { podRules } from './pod-rules.ts';
import { makeRoom, noRoom, quoted, saying, type Found, type Rule } from './rule.ts';

const readyOf = ({ conditions }: NodeSight): NodeCondition | undefined =>
  conditions?.conditions.find(({ type }) => type === 'Ready');

const readyLine = ({ status, reason, message, since }: NodeCondition): string =>
  `Ready is ${status}${since === undefined ? '' : ` since ${new Date(since).toISOString().slice(0, 19)}Z`}: ${reason}: ${message}`;

/** A kubelet renews its lease every 10 s (kubernetes.io, Nodes, heartbeats): four of them in a row were missed. */
const silentTooLong = 40_000;

const silence = ({ silentMs }: NodeSight): readonly string[] =>
  silentMs === undefined || silentMs < silentTooLong
    ? []
    : [`it has not renewed its lease for ${formatDuration(Math.floor(silentMs / 1000) * 1000)}`];

const cordon = (sight: NodeSight): readonly Found[] => {
  const { node, conditions } = sight;
  if (conditions?.unschedulable !== true) return [];
  const by = conditions.cordonedBy;
  return [
    by === undefined
      ? {
          cause: `${node} is cordoned, and not by nodeops: somebody keeps new pods off it`,
          evidence: [`${node}: spec.unschedulable is true, without the annotation nodeops.dev/cordoned-by`],
          next: `ask who did it; then kubectl uncordon ${node}`,
          minor: true,
        }
      : {
          cause: `${node} is cordoned by the run ${by}`,
          evidence: [`${node}: spec.unschedulable is true, nodeops.dev/cordoned-by is ${by}`],
          next: `nodeops resume ${by}; where that is over: kubectl uncordon ${node}`,
          minor: true,
        },
  ];
};

/** Rules that already say why a kubelet is silent. */
const kubeletSaid = [
  'unreachable',
  ...noRoom,
  'containerd-stopped',
  'certificate-ended',
  'kubelet-missing',
  'kubelet-unknown-flag',
  'kubelet-configuration',
  'kubelet-authority',
  'kubelet-swap',
  'kubelet-cgroup-v1',
  'kubelet-credentials',
  'kubelet-no-runtime',
  'kubelet-stopped',
  'kubelet-ends',
];

const cannotReport = /dial tcp|refused|Unauthorized|x509|Forbidden|timeout|deadline|database space exceeded/i;

/** Why a kubelet that runs is not heard, by what it last said when it tried. */
const whyUnheard = (line: string, node: string): Pick<Found, 'cause' | 'next'> => {
  if (line.includes('Unauthorized'))
    return {
      cause: 'the API server does not accept the certificate of the kubelet',
      next: `on ${node}: openssl verify -CAfile /etc/kubernetes/pki/ca.crt /var/lib/kubelet/pki/kubelet-client-current.pem; older ones lie beside it; otherwise kubernetes.io, "Troubleshooting kubeadm", "Kubelet client certificate rotation fails"`,
    };
  if (line.includes('x509'))
    return {
      cause: 'the kubelet does not accept the certificate of the API server',
      next: `on ${node}: compare certificate-authority-data in /etc/kubernetes/kubelet.conf (base64 -d) with /etc/kubernetes/pki/ca.crt, and look at the server: it names`,
    };
  if (line.includes('database space exceeded'))
    return {
      cause: 'the kubelet runs, and etcd takes no writes: it has used up its room',
      next: makeRoom,
    };
  const where = /dial tcp (\S+?): /.exec(line)?.[1];
  return {
    cause: `the kubelet runs, and ${where === undefined ? 'the API server does not hear of it' : `does not reach the API server at ${where}`}`,
    next: `on ${node}: grep server: /etc/kubernetes/kubelet.conf, and curl -k that address with /readyz`,
  };
};

/** What the cluster says of a node and of what runs on it. */
export const clusterRules: readonly Rule[] = [
  {
    id: 'network-not-ready',
    looksAt: 'the pod network',
    needs: ['conditions'],
    unless: kubeletSaid,
    judge: (sight) => {
      const ready = readyOf(sight);
      return ready?.status === 'False' && /cni|network plugin|NetworkReady=false/i.test(ready.message)
        ? [
            {
              cause: 'the pod network is not set up on this node',
              evidence: [readyLine(ready)],
              next: `on ${sight.node}: ls /etc/cni/net.d /opt/cni/bin; kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=${sight.node}; where its configuration is there: systemctl restart containerd, which may not have noticed`,
            },
          ]
        : [];
    },
  },
  {
    id: 'kubelet-unheard',
    looksAt: 'whether the kubelet reports',
    needs: ['conditions', 'units', 'kubeletLog'],
    unless: kubeletSaid,
    judge: (sight) => {
      const ready = readyOf(sight);
      if (sight.units?.kubelet?.active !== 'active') return [];
      if (ready?.status !== 'Unknown' && silence(sight).length === 0) return [];
      const words = (sight.kubeletLog ?? []).filter(({ text }) => cannotReport.test(text)).slice(-2);
      const { cause, next } = whyUnheard(words.at(-1)?.text ?? '', sight.node);
      return [
        {
          cause,
          evidence: [...(ready === undefined ? [] : [readyLine(ready)]), ...silence(sight), ...words.map(quoted)],
          next,
        },
      ];
    },
  },
  {
    id: 'runtime-without-cri',
    looksAt: 'whether containerd serves the kubelet',
    needs: ['conditions', 'kubeletLog'],
    unless: kubeletSaid,
    judge: (sight) => {
      const ready = readyOf(sight);
      const line = saying(sight.kubeletLog, /unknown service runtime\.v1\.RuntimeService/);
      return ready === undefined || ready.status === 'True' || line === undefined
        ? []
        : [
            {
              cause: 'containerd runs without its part for the kubelet (cri)',
              evidence: [readyLine(ready), quoted(line)],
              next: `on ${sight.node}: take cri out of disabled_plugins in /etc/containerd/config.toml, then systemctl restart containerd kubelet; where it is not there: journalctl -u containerd | grep -i cri (too few inotify instances keep it from loading, too)`,
            },
          ];
    },
  },
  {
    id: 'not-ready',
    looksAt: 'whether the node is Ready',
    needs: ['conditions'],
    unless: [...kubeletSaid, 'network-not-ready', 'kubelet-unheard', 'runtime-without-cri'],
    judge: (sight) => {
      const ready = readyOf(sight);
      return ready === undefined || ready.status === 'True'
        ? []
        : [
            {
              cause: `the node is not Ready: ${ready.reason}`,
              evidence: [readyLine(ready), ...silence(sight)],
              next: `kubectl describe node ${sight.node}; on ${sight.node}: journalctl -u kubelet -n 50`,
            },
          ];
    },
  },
  ...podRules,
  { id: 'cordoned', looksAt: 'cordons', needs: ['conditions'], judge: cordon },
];
