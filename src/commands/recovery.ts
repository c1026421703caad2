import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { controlPlaneManifests, restorePath, takeManifestsAway } from './etcd-restore.ts';
import { kubectlArgv, type ApiPlace } from './kubectl.ts';
import { quoteWord } from './quote.ts';
import { kubeconfigs } from './recovery-host.ts';

/** A control plane's part of the backup; gone once the authorities were taken out of it. */
export const stagedArchive = (restore: string): string => `${restorePath(restore)}/node.tar`;
export const stagedConfiguration = (restore: string): string => `${restorePath(restore)}/kubeadm.yaml`;

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
export const ownTraces = [
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
  const first = [
    'umask 022',
    `kubeadm init phase preflight ${config} --ignore-preflight-errors=${ownTraces.join(',')}`,
    ...['certs all', 'kubeconfig all', 'control-plane all', 'etcd local'].map(
      (phase) => `kubeadm init phase ${phase} ${config}`,
    ),
    'umask 077',
  ];
  return { ...takeManifestsAway(controlPlaneManifests, first), timeoutMs: 15 * minute };
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
        `touch ${quoteWord(`${restorePath(restore)}/kubelet`)}`,
      ].join('\n'),
    ],
    { timeoutMs: 5 * minute },
  );

/** kubeadm.yaml as `file`, with the token that `kubeadm init` wants to make as one of a minute; gone when the script is. */
export const oneMinuteToken = (file: string): readonly string[] => [
  `trap 'rm -f ${file}' EXIT`,
  `( umask 077; cp kubeadm.yaml ${file} )`,
  String.raw`printf 'bootstrapTokens:\n- token: %s\n  ttl: 1m0s\n' "$(kubeadm token generate)" >> ${file}`,
];

/**
 * What `kubeadm init` writes into a cluster that answers: its configuration, role and taint of the node, the address in
 * `cluster-info` and in kube-proxy's configuration. CoreDNS comes back with the objects. Phase by phase: where an addon is
 * skipped by `--skip-phases`, kubeadm writes `disabled: true` into the configuration that it keeps, and no upgrade touches
 * that addon again (lab, 1.35.4). Source: kubeadm, `init` phases.
 */
export const finishControlPlane = (restore: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `cd ${quoteWord(restorePath(restore))}`,
        ...oneMinuteToken('finish.yaml'),
        'kubeadm init phase upload-config all --config=kubeadm.yaml',
        'kubeadm init phase mark-control-plane --config=kubeadm.yaml',
        'kubeadm init phase bootstrap-token --config=finish.yaml --skip-token-print',
        'kubeadm init phase kubelet-finalize all --config=kubeadm.yaml',
        `if grep -q '^kind: KubeProxyConfiguration' kubeadm.yaml; then kubeadm init phase addon kube-proxy --config=kubeadm.yaml; fi`,
        'touch initialised',
      ].join('\n'),
    ],
    { timeoutMs: 10 * minute },
  );

/** Removes Node objects; those that are not there are no error. */
export const deleteNodes = (place: ApiPlace, names: readonly string[]): Command =>
  write(kubectlArgv(place, 'delete', 'node', ...names, '--ignore-not-found'));
