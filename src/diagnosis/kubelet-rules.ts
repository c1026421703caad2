import type { NodeSight } from './node-sight.ts';
import { noRoom, quoted, saying, type Found, type Rule } from './rule.ts';

const unitLine = ({ units }: NodeSight): string => {
  const unit = units?.kubelet;
  if (unit === undefined) return 'systemd knows no kubelet.service';
  const since = unit.since === undefined ? '' : ` since ${unit.since}`;
  const again = unit.restarts > 0 ? `, started again ${unit.restarts} times` : '';
  return `kubelet.service is ${unit.active} (${unit.sub})${since}, its last end: ${unit.result}, exit code ${unit.status}${again}`;
};

const runs = ({ units }: NodeSight): boolean => units?.kubelet?.active === 'active';

/** A kubelet that ends right after its start is active for a moment each time. */
const endsAgain = ({ units }: NodeSight): boolean => {
  const unit = units?.kubelet;
  return unit !== undefined && (unit.sub === 'auto-restart' || unit.active === 'failed' || unit.result !== 'success');
};

/** What the kubelet's log says when it gives up, what that means, and what to type. */
const lastWords: readonly {
  readonly id: string;
  readonly looksAt: string;
  readonly pattern: RegExp;
  /** What it says before its last words that tells more than they do. */
  readonly before?: RegExp;
  readonly cause: (line: string) => string;
  readonly next: (node: string) => string;
}[] = [
  {
    id: 'kubelet-configuration',
    looksAt: 'the kubelet’s configuration',
    pattern:
      /failed to load kubelet config file|failed to decode|strict decoding error|failed to validate kubelet configuration/i,
    cause: () => 'the kubelet does not take its configuration',
    next: (node) =>
      `on ${node}: repair /var/lib/kubelet/config.yaml (kubeadm upgrade node phase kubelet-config writes the cluster’s again), then systemctl restart kubelet`,
  },
  {
    id: 'kubelet-authority',
    looksAt: 'the authority that the kubelet trusts',
    // 1.35, and 1.36.
    pattern: /unable to load client CA file|failed to run Kubelet: open \S+\.(crt|pem): /i,
    cause: (line) =>
      `the kubelet’s authority cannot be read: ${/(?:client CA file|open) (\S+?):? /.exec(line)?.[1] ?? ''}`,
    next: (node) =>
      `on ${node}: grep clientCAFile /var/lib/kubelet/config.yaml; kubeadm has it in /etc/kubernetes/pki/ca.crt, which is the same on all nodes; then systemctl restart kubelet`,
  },
  {
    id: 'kubelet-swap',
    looksAt: 'swap',
    pattern: /running with swap on is not supported/i,
    cause: () => 'swap is on, and the kubelet does not start with it',
    next: (node) => `on ${node}: swapoff -a, and take it out of /etc/fstab; then systemctl restart kubelet`,
  },
  {
    id: 'kubelet-cgroup-v1',
    looksAt: 'cgroups',
    pattern: /kubelet is configured to not run on a host using cgroup v1/i,
    cause: () => 'the host has cgroup v1, and this kubelet does not start on it',
    next: () =>
      'move the host to cgroup v2, or set failCgroupV1: false in the kubelet-config ConfigMap (docs/gates.md)',
  },
  {
    id: 'kubelet-credentials',
    looksAt: 'the kubelet’s credentials',
    pattern:
      /bootstrap-kubelet\.conf: no such file|unable to load bootstrap kubeconfig|client certificate.*expired|part of the existing bootstrap client certificate.*expired/i,
    before: /unable to read client-(cert|key)/i,
    cause: () => 'the kubelet has no valid certificate to speak to the API server with',
    next: () => 'kubernetes.io, "Troubleshooting kubeadm", "Kubelet client certificate rotation fails"',
  },
  {
    id: 'kubelet-no-runtime',
    looksAt: 'the kubelet’s way to the container runtime',
    pattern:
      /validate CRI v1 runtime API|unable to determine runtime API version|unknown service runtime\.v1\.RuntimeService/i,
    cause: () => 'the kubelet cannot speak to the container runtime',
    next: (node) =>
      `on ${node}: systemctl status containerd; ctr version; the socket that the kubelet is told of: grep -r containerRuntimeEndpoint /var/lib/kubelet/*.yaml; that cri is not among disabled_plugins of /etc/containerd/config.toml`,
  },
];

/** It gives up anew at each start: what it said earlier may have been repaired since. */
const newestWords = 5;

const wordRules: readonly Rule[] = lastWords.map(({ id, looksAt, pattern, before, cause, next }) => ({
  id,
  looksAt,
  needs: ['units', 'kubeletLog'] as const,
  unless: ['containerd-stopped', 'kubelet-unknown-flag', ...noRoom, 'certificate-ended'],
  judge: (sight: NodeSight): readonly Found[] => {
    const words = sight.kubeletLog?.slice(-newestWords);
    const line = endsAgain(sight) ? saying(words, pattern) : undefined;
    if (line === undefined) return [];
    const more = before === undefined ? undefined : saying(words, before);
    return [
      {
        cause: cause(line.text),
        evidence: [unitLine(sight), ...(more === undefined ? [] : [quoted(more)]), quoted(line)],
        next: next(sight.node),
      },
    ];
  },
}));

const stopped = (sight: NodeSight): readonly Found[] => {
  const unit = sight.units?.kubelet;
  if (unit === undefined || unit.active !== 'inactive') return [];
  return [
    {
      cause: 'the kubelet is stopped: somebody stopped it, or nothing started it',
      evidence: [
        unitLine(sight),
        ...(unit.atBoot === 'enabled' ? [] : [`kubelet.service is ${unit.atBoot}: it does not start with the machine`]),
      ],
      next: `on ${sight.node}: ${unit.atBoot === 'masked' ? 'systemctl unmask kubelet; ' : ''}systemctl ${unit.atBoot === 'enabled' ? 'start' : 'enable --now'} kubelet`,
    },
  ];
};

/** It ends for that: `certificate-ended` has said so. Lab, 1.36.3. */
const ownCertificateEnded = ({ certificates, now }: NodeSight): boolean =>
  certificates?.certificates.some(({ file, notAfter }) => file.startsWith('/var/lib/kubelet/') && notAfter < now) ===
  true;

/** Why a kubelet does not run, or does not report. */
export const kubeletRules: readonly Rule[] = [
  {
    id: 'kubelet-missing',
    looksAt: 'whether there is a kubelet',
    needs: ['units'],
    judge: (sight) =>
      sight.units?.kubelet === undefined
        ? [
            {
              cause: 'there is no kubelet',
              evidence: [unitLine(sight)],
              next: `on ${sight.node}: apt-get install kubelet=VERSION (dpkg -l kubelet says what was there)`,
            },
          ]
        : [],
  },
  {
    id: 'kubelet-unknown-flag',
    looksAt: 'the kubelet’s flags',
    needs: ['refusedFlag', 'units'],
    judge: (sight) => {
      const flag = sight.refusedFlag?.flag;
      if (flag === undefined) return [];
      const line = saying(sight.kubeletLog, /unknown flag/);
      return [
        {
          cause: `the installed kubelet does not know a flag that it is started with: ${flag}`,
          evidence: [
            unitLine(sight),
            `kubelet with its own flags: unknown flag: ${flag}`,
            ...(line ? [quoted(line)] : []),
          ],
          next: `on ${sight.node}: take ${flag} out of /var/lib/kubelet/kubeadm-flags.env or /etc/default/kubelet, whichever has it, then systemctl restart kubelet`,
        },
      ];
    },
  },
  ...wordRules,
  { id: 'kubelet-stopped', looksAt: 'whether the kubelet runs', needs: ['units'], judge: stopped },
  {
    id: 'kubelet-ends',
    looksAt: 'whether the kubelet stays',
    needs: ['units'],
    unless: [
      'containerd-stopped',
      'kubelet-unknown-flag',
      'kubelet-stopped',
      ...noRoom,
      ...lastWords.map(({ id }) => id),
    ],
    judge: (sight) => {
      const unit = sight.units?.kubelet;
      if (unit === undefined || unit.active === 'inactive' || !endsAgain(sight) || runs(sight)) return [];
      if (ownCertificateEnded(sight)) return [];
      const lines = (sight.kubeletLog ?? []).slice(-3);
      return [
        {
          cause: 'the kubelet ends right after it was started',
          evidence: [unitLine(sight), ...lines.map(quoted)],
          next: `on ${sight.node}: journalctl -u kubelet -n 50 --no-pager`,
        },
      ];
    },
  },
];
