import type { Command } from '../model/command.ts';
import type { Version } from '../model/version.ts';
import { aptEnvironment, type WantedPackage } from './apt-get.ts';
import { detached, read } from './build.ts';
import { privateAptRoot } from './private-apt-root.ts';
import { quoteWord, quoteWords } from './quote.ts';
import { nodeDirectory } from './systemd-run.ts';

/** Where apt keeps what it has downloaded, and looks before it downloads. Source: apt.conf(5), Dir::Cache::archives. */
export const archives = '/var/cache/apt/archives';

/** What was pulled beforehand: the version, then an image a line. */
export const stagedImages = `${nodeDirectory}/staged-images`;

/**
 * The names of the Kubernetes packages' archives that apt has, a line each. One without content is what a machine leaves that
 * goes down before it was written out: apt fetches it again. Source: apt, pkgAcqArchive::QueueNext.
 */
export const listArchives: Command = read([
  'sh',
  '-c',
  `cd ${archives} 2>/dev/null || exit 0\nfor f in kube*.deb; do [ ! -s "$f" ] || echo "$f"; done`,
]);

/**
 * Downloads packages of a minor whose repository is not enabled yet. Enabled repositories, lists and caches stay as they
 * are (lab: nothing below /etc/apt, /var/lib/apt and /var/lib/dpkg changes); what is written among apt's archives apt
 * itself put there, after it compared it with the signed lists.
 */
export const downloadPackages = (
  packages: readonly WantedPackage[],
  { minor, lockSeconds }: { readonly minor: string; readonly lockSeconds: number },
): Command =>
  detached(
    [
      'sh',
      '-c',
      `${privateAptRoot(minor, [`Dir::Cache::archives "${archives}";`])}
apt-get -c "$T/apt.conf" update -qq
apt-get -c "$T/apt.conf" install -y -qq --download-only --no-remove --allow-change-held-packages -o DPkg::Lock::Timeout=${lockSeconds} ${quoteWords(packages.map(({ name, version }) => `${name}=${version}`))}`,
    ],
    { timeoutMs: (lockSeconds + 900) * 1000, env: aptEnvironment },
  );

/**
 * Prints `version V` where images were pulled beforehand, and `missing IMAGE` for each that the runtime has no longer.
 * Only containerd is asked; of another runtime what was noted is believed, and kubeadm looks again anyway.
 */
export const readStagedImages: Command = read([
  'sh',
  '-c',
  [
    `[ -e ${stagedImages} ] || exit 0`,
    `read -r version < ${stagedImages}`,
    'echo "version $version"',
    'command -v ctr > /dev/null || exit 0',
    'there=$(ctr -n k8s.io images ls -q)',
    `sed 1d ${stagedImages} | while read -r image; do`,
    '  echo "$there" | grep -qxF -e "$image" || echo "missing $image"',
    'done',
  ].join('\n'),
]);

/** Begins a script: `$T`, for root only, is gone at its end. Beside our other files: /tmp may be mounted noexec. */
export const scratchDirectory: readonly string[] = [
  'set -eu',
  'umask 077',
  `rm -rf ${nodeDirectory}/staging.*`,
  `T=$(mktemp -d ${nodeDirectory}/staging.XXXXXX)`,
  `trap 'rm -rf "$T"' EXIT`,
  `trap 'exit 143' HUP INT TERM`,
];

/** `$kubeadm` pulls what `$T/configuration` names; `$T/images` has their names. */
export const kubeadmPulls: readonly string[] = [
  // Where there are several runtimes: the one that the kubelet of the node has.
  `socket=$(sed -n 's/^containerRuntimeEndpoint: *"\\{0,1\\}\\([^" ]*\\).*/\\1/p' /var/lib/kubelet/config.yaml)`,
  '"$kubeadm" config images list --config="$T/configuration" > "$T/images"',
  '"$kubeadm" config images pull --config="$T/configuration" ${socket:+"--cri-socket=$socket"}',
];

/**
 * Pulls the images of a version through the runtime's own interface, with the kubeadm of that version: unpacked from its
 * archive, or installed already. `configuration`: a ClusterConfiguration with that version, which names registry and tags.
 */
export const pullImages = (version: Version, archive: string | undefined, configuration: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        ...scratchDirectory,
        'cat > "$T/configuration"',
        ...(archive === undefined
          ? ['kubeadm=kubeadm']
          : [`dpkg-deb -x ${quoteWord(`${archives}/${archive}`)} "$T"`, 'kubeadm=$T/usr/bin/kubeadm']),
        ...kubeadmPulls,
        `{ echo ${quoteWord(version)}; cat "$T/images"; } > ${stagedImages}.new`,
        `mv -f ${stagedImages}.new ${stagedImages}`,
      ].join('\n'),
    ],
    { timeoutMs: 30 * 60_000, stdin: configuration },
  );
