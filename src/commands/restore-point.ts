import type { Command } from '../model/command.ts';
import { minorOf, type Version } from '../model/version.ts';
import type { WantedPackage } from './apt-get.ts';
import { servedScript } from './api-discovery.ts';
import { detached, read } from './build.ts';
import { keepPackages } from './kept-packages.ts';
import { adminConf } from './kubectl.ts';
import { quoteWord, quoteWords } from './quote.ts';

/** Beside the directories of runs: what those leave is pruned by size, and this must outlive it. Readable by root only. */
export const restoreDirectory = '/var/lib/nodeops-restore';

/** Where a run keeps what a node was, before it goes to `to`. */
export const restorePointPath = (run: string, to: Version): string => `${restoreDirectory}/${run}_${to}`;

/** What the name of a point ends with that is still being written: on a full disk its `complete` may be there, and empty. */
export const unfinished = '.new';

/** So many points of other runs stay on a node. */
const kept = 2;

/** What a kubelet reads before its node object: kubeadm and its packages write them. */
export const kubeletFiles: readonly string[] = [
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/kubelet/instance-config.yaml',
  '/etc/default/kubelet',
];

export interface RestorePointWish {
  readonly run: string;
  readonly from: Version;
  readonly to: Version;
  /** The apt sources that offer the packages of now. */
  readonly sources: readonly string[];
  readonly controlPlane: boolean;
  /** Of a control plane: its own API server, `https://10.0.0.11:6443`; through admin.conf another one could answer. */
  readonly apiServer?: string | undefined;
  /** Whose archives are kept, as far as they can be had: those of now. */
  readonly packages: readonly WantedPackage[];
}

const addonImages = [
  'for each in deployment/coredns daemonset/kube-proxy; do',
  '  printf "%s=%s\\n" "${each#*/}" "$(kubectl --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=15s --namespace=kube-system get "$each" --output="jsonpath={.spec.template.spec.containers[0].image}")" >> "$new/addons"',
  'done',
  'for each in kubeadm-config kubelet-config coredns kube-proxy; do',
  '  kubectl --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=15s --namespace=kube-system get configmap "$each" --ignore-not-found --output=json > "$new/configmap-$each.json"',
  'done',
];

/** What an API server serves and stores, beside what a node is: for what only a newer one knows. */
const servedFile = 'served';

/** Kept as far as it can be had: whole, or not at all. */
const keepServed = (apiServer: string): readonly string[] => [
  '(',
  ...servedScript(['kubectl', `--kubeconfig=${adminConf}`, `--server=${apiServer}`, '--request-timeout=15s']),
  `) > "$new/${servedFile}" || rm -f "$new/${servedFile}"`,
];

/**
 * Keeps what a node is: files with their modes and owners, packages with their holds, on a control plane the images of
 * CoreDNS and kube-proxy and the ConfigMaps. Whole or not at all, but for the packages' archives: `complete` is written
 * last, and what is complete stays as it is. Older points beyond two are removed.
 */
export const keepRestorePoint = (wish: RestorePointWish): Command => {
  const { run, from, to, sources, controlPlane, apiServer, packages } = wish;
  return detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `point=${quoteWord(restorePointPath(run, to))}`,
        '[ ! -e "$point/complete" ] || exit 0',
        `new=$point${unfinished}`,
        'rm -rf "$point" "$new"',
        'mkdir -p "$new/files"',
        `for each in /etc/kubernetes/manifests /etc/kubernetes/pki /etc/kubernetes/*.conf ${quoteWords([...kubeletFiles, ...sources])} /etc/systemd/system/kubelet.service.d /usr/lib/systemd/system/kubelet.service.d; do`,
        '  [ ! -e "$each" ] || cp -a --parents "$each" "$new/files"',
        'done',
        `dpkg-query --show --showformat='\${Package} \${Version} \${db:Status-Abbrev}\\n' kubeadm kubelet kubectl kubernetes-cni cri-tools > "$new/packages" 2> /dev/null || true`,
        '[ -s "$new/packages" ]',
        ...(controlPlane ? addonImages : []),
        ...(controlPlane && apiServer !== undefined ? keepServed(apiServer) : []),
        ...keepPackages(packages, minorOf(from), restoreDirectory),
        `printf '%s %s %s\\n' ${quoteWords([run, from, to])} > "$new/complete"`,
        'sync',
        'mv "$new" "$point"',
        // What a full disk or a restart in the middle of it left of other runs.
        `rm -rf ${restoreDirectory}/*${unfinished}`,
        // The newest by their names, which begin with the time of their run.
        `ls -1 ${restoreDirectory} | sort -r | grep -v ${quoteWord(`^${run}_`)} | tail -n +${kept + 1} | while read -r old; do rm -rf "${restoreDirectory}/$old"; done`,
      ].join('\n'),
    ],
    { timeoutMs: 600_000 },
  );
};

/** What was served when the node was on `version`, as the newest of its points of that time kept it; nothing where none did. */
export const servedThen = (version: Version): Command =>
  read([
    'sh',
    '-c',
    [
      `cd ${restoreDirectory} 2>/dev/null || exit 0`,
      'for point in $(ls -1 | sort -r); do',
      `  case $point in *${unfinished}) continue ;; esac`,
      `  [ -f "$point/complete" ] && [ -f "$point/${servedFile}" ] || continue`,
      `  [ "$(cut -d ' ' -f 2 "$point/complete")" = "$1" ] || continue`,
      `  cat "$point/${servedFile}"`,
      '  exit',
      'done',
    ].join('\n'),
    'sh',
    version,
  ]);

/**
 * Puts files of a point back, one after another, each at once (rename): a kubelet that watches their directory never
 * reads half of one. The new file is made beside the directory, since a kubelet takes all that lies in it for a pod.
 */
export const putBack = (point: string, files: readonly string[]): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `point=${quoteWord(point)}`,
        '[ -e "$point/complete" ]',
        `for file in ${quoteWords(files)}; do`,
        '  directory=$(dirname "$file")',
        '  mkdir -p "$directory"',
        '  cp -a "$point/files$file" "$(dirname "$directory")/.nodeops-put-back"',
        '  mv -f "$(dirname "$directory")/.nodeops-put-back" "$file"',
        '  echo "$file is back"',
        'done',
        'sync',
      ].join('\n'),
    ],
    { timeoutMs: 120_000 },
  );
