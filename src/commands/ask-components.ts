import type { Command } from '../model/command.ts';
import type { Version } from '../model/version.ts';
import { askingDirectory, askingFunctions, stagedArchive, toldAtTheEnd } from './ask-target.ts';
import { scratch } from './build.ts';
import { dryRunConfiguration, dryRunPhase } from './dry-run-manifests.ts';
import { stagedImages } from './stage.ts';

const components = 'kube-apiserver kube-controller-manager kube-scheduler';

/** With `--version` these judge their feature gates before they print it (lab, 1.34.4 to 1.36.3). */
const tryComponentGates = 'try_gates() { said=$(timeout 20 "$program" --feature-gates="$1" --version 2>&1); }';

/** Only its help says which plug-ins an API server has; where that is written otherwise nothing is said. */
const askPlugins: readonly string[] = [
  'ask_plugins() {',
  `  plugins=$(printf '%s\\n' "$@" | sed -nE 's/^--(enable|disable)-admission-plugins=//p' | tr , ' ')`,
  '  [ -n "$plugins" ] || return 0',
  `  known=$("$program" --help 2> /dev/null | sed -n 's/^ *--enable-admission-plugins .*Comma-delimited list of admission plugins: \\([A-Za-z0-9, ]*\\)\\..*/\\1/p' | tr -d ' ')`,
  '  for plugin in $plugins; do',
  '    case ,$known, in',
  '    ,, | *,"$plugin",*) ;;',
  '    *) echo "plugin $plugin" ;;',
  '    esac',
  '  done',
  '}',
];

/** Takes an image's file system away again: the mount, and what containerd keeps of it. */
export const unmountImage = (place: string): string =>
  `ctr --namespace=k8s.io images unmount --rm ${place} > /dev/null 2>&1`;

/** `$kubeadm`, from `$archive` where that is not empty; ends with 3 where there is nothing to ask. */
const whatToAsk: readonly string[] = [
  'manifests=/etc/kubernetes/manifests',
  '[ -f "$manifests/kube-apiserver.yaml" ] && command -v ctr > /dev/null || exit 3',
  `[ -f ${stagedImages} ] && read -r staged < ${stagedImages} && [ "$staged" = "$1" ] || exit 3`,
  'ahead=',
  `for name in ${components}; do sed -n 's/^ *image: *//p' "$manifests/$name.yaml" 2> /dev/null | grep -qF ":v$1" || ahead=1; done`,
  '[ -n "$ahead" ] || exit 3',
  'kubeadm=kubeadm',
  `case $(dpkg-query -W -f='\${Version}' kubeadm 2> /dev/null) in`,
  '"$1"-*) archive= ;;',
  '*)',
  ...stagedArchive('kubeadm'),
  '  ;;',
  'esac',
];

/** Arguments and image as the manifests in `$T/out` have them; what is found goes to `$T/found`. */
const askEach: readonly string[] = [
  'ask_all() { ask_flags "$@"; ask_plugins "$@"; gates_of "$@" | sed "s/^/flags /" | ask_gates; }',
  ': > "$T/found"',
  `for name in ${components}; do`,
  `  image=$(sed -n 's/^ *image: *//p' "$T/out/$name.yaml" | head -n 1)`,
  `  sed -n 's/^ *- *//p' "$T/out/$name.yaml" | sed "s/^['\\"]//; s/['\\"]$//" | grep '^--' > "$T/arguments"`,
  '  [ -s "$T/arguments" ] || { echo "kubeadm wrote no arguments for $name" >&2; exit 4; }',
  '  set --',
  '  while IFS= read -r word; do set -- "$@" "$word"; done < "$T/arguments"',
  '  ctr --namespace=k8s.io images ls -q | grep -qxF -e "$image" || exit 3',
  '  mkdir "$T/$name"',
  '  ctr --namespace=k8s.io images mount "$image" "$T/$name" > /dev/null || exit 4',
  '  program=$T/$name/usr/local/bin/$name',
  '  [ -x "$program" ] || { echo "$image has no /usr/local/bin/$name" >&2; exit 4; }',
  '  ask_all "$@" | sed "s/^/$name /" >> "$T/found"',
  `  ${unmountImage('"$T/$name"')} || { echo "the image $image could not be unmounted" >&2; exit 4; }`,
  'done',
];

/**
 * Has the target's kubeadm write the manifests that the upgrade would write on this control plane, from the cluster's own
 * configuration and the patches, and asks the target's programs, out of the images that were pulled, whether they take
 * what stands in them. Nothing is started (`--version`), and nothing of the node's own is written.
 *
 * The images are mounted in a mount namespace of this script's own (unshare(1)): whatever ends it, no mount is left. What
 * containerd keeps of one that was killed goes with its directory, or after a day by itself (ctr, `images mount`: the
 * lease of a day).
 *
 * Prints, with the component before it, what `ask_flags` and `ask_gates` do, `plugin NAME` for an admission plug-in that
 * is not known, and at last `end`. Ends with 3 where there is nothing to ask: no control plane, the images or packages
 * are not there any more, no containerd, or its manifests are the target's already.
 */
export const askComponents = (version: Version, patches: string | undefined): Command =>
  scratch(
    [
      'unshare',
      '--mount',
      'sh',
      '-c',
      [
        ...whatToAsk,
        `unmounted() { for place in "$T"/kube-*; do [ ! -d "$place" ] || ${unmountImage('"$place"')} || :; done; }`,
        ...askingDirectory('components', 'unmounted'),
        '[ -z "$archive" ] || { dpkg-deb -x "$archive" "$T" || exit 4; kubeadm=$T/usr/bin/kubeadm; }',
        ...dryRunConfiguration('v$1'),
        dryRunPhase('"$kubeadm"', 'control-plane all', patches),
        ...askingFunctions,
        tryComponentGates,
        ...askPlugins,
        ...askEach,
        ...toldAtTheEnd,
      ].join('\n'),
      'ask-components',
      version,
    ],
    { timeoutMs: 180_000 },
  );
