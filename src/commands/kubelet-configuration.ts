import type { Command } from '../model/command.ts';
import { detached, scratch, write } from './build.ts';
import { kubectlArgv, type ApiPlace } from './kubectl.ts';
import { nodeDirectory } from './systemd-run.ts';

export const kubeletConfigFile = '/var/lib/kubelet/config.yaml';
/** What a node has of its own: kubeadm puts it over what all nodes have. */
export const instanceConfigFile = '/var/lib/kubelet/instance-config.yaml';

/** The file as it was, from before it is changed until the kubelet was seen to run with the new one. */
export const keptConfigFile = `${nodeDirectory}/kubelet-config.yaml`;
/** The one before the last that a kubelet was seen to run with. */
export const configFileBefore = `${keptConfigFile}.before`;

/** Nobody's: what it starts can touch nothing, whatever it does. */
const asNobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs';

/**
 * Asks the kubelet that is installed whether it takes a configuration. `--exit-on-lock-contention` without a lock file is
 * an error that it finds after it has read and judged all of it, and before it begins anything. As nobody, in a directory
 * of its own, with no runtime and no static pods to find, should another kubelet ever go on. Prints what it says, and
 * `end`; ends with 3 where there is no kubelet. Source: cmd/kubelet/app/server.go, `run`; tried with 1.35.4 and 1.36.3.
 */
export const tryKubeletConfiguration = (configuration: string): Command =>
  scratch(
    [
      'sh',
      '-c',
      [
        'program=$(command -v kubelet) || exit 3',
        'T=$(mktemp -d) || exit 4',
        `trap 'rm -rf "$T"' EXIT`,
        `trap 'exit 143' HUP INT PIPE TERM`,
        'cat > "$T/config.yaml" && chown -R 65534:65534 "$T" || exit 4',
        [
          `timeout 30 ${asNobody} "$program" --config="$T/config.yaml" --cert-dir="$T" --root-dir="$T/root"`,
          '--pod-manifest-path="$T/none" --container-runtime-endpoint="unix://$T/none" --client-ca-file=',
          '--exit-on-lock-contention > "$T/said" 2>&1',
        ].join(' '),
        // Of a panic its first lines say what it is about.
        'sed "s|$T/||g; /^goroutine /,\\$d" "$T/said"',
        'echo end',
      ].join('\n'),
    ],
    { stdin: configuration, timeoutMs: 60_000 },
  );

/** Another text in the ConfigMap from which kubeadm writes the file; refused where it is no longer `before`. */
export const changeKubeletConfig = (place: ApiPlace, before: string, after: string): Command =>
  write(
    kubectlArgv(
      place,
      '--namespace=kube-system',
      'patch',
      'configmap',
      'kubelet-config',
      '--type=json',
      `--patch=${JSON.stringify([
        { op: 'test', path: '/data/kubelet', value: before },
        { op: 'replace', path: '/data/kubelet', value: after },
      ])}`,
    ),
  );

/** Keeps the file as it is, once: what is kept already is from before a change that was begun. */
export const keepKubeletConfiguration: Command = write([
  'sh',
  '-c',
  [
    'set -eu',
    'umask 077',
    `mkdir -p ${nodeDirectory}`,
    `[ ! -e ${keptConfigFile} ] || exit 0`,
    `cp -p ${kubeletConfigFile} ${keptConfigFile}.new`,
    `sync ${keptConfigFile}.new`,
    `mv ${keptConfigFile}.new ${keptConfigFile}`,
    `sync ${nodeDirectory}`,
  ].join('\n'),
]);

/**
 * kubeadm's own way to bring the ConfigMap to a node; it puts what the node has of its own over it. Source:
 * kubernetes.io, Reconfiguring a kubeadm cluster, "Reflecting the kubelet changes".
 */
export const writeKubeletConfiguration = (patches: string | undefined): Command =>
  detached(
    [
      'kubeadm',
      'upgrade',
      'node',
      'phase',
      'kubelet-config',
      ...(patches === undefined ? [] : [`--patches=${patches}`]),
    ],
    { timeoutMs: 5 * 60_000 },
  );

/** The kubelet was seen to run with the new file: the old one is only of use to people. */
export const acceptKubeletConfiguration: Command = write(['mv', '-f', keptConfigFile, configFileBefore]);

/** Puts the file back as it was, starts the kubelet with it, and forgets it only once that runs. */
export const returnKubeletConfiguration: Command = write(
  [
    'sh',
    '-c',
    [
      'set -eu',
      `[ -e ${keptConfigFile} ] || exit 0`,
      // A second name needs no room: a disk may be full by now.
      `ln -f ${keptConfigFile} ${kubeletConfigFile}.nodeops 2> /dev/null || cp -p ${keptConfigFile} ${kubeletConfigFile}.nodeops`,
      `sync ${kubeletConfigFile}.nodeops`,
      `mv -f ${kubeletConfigFile}.nodeops ${kubeletConfigFile}`,
      // One that failed too often would not be started again.
      'systemctl reset-failed kubelet.service || :',
      'systemctl restart kubelet.service',
      'tries=0',
      'until systemctl is-active --quiet kubelet.service; do',
      '  tries=$((tries + 1))',
      '  [ "$tries" -lt 30 ] || { echo "the kubelet does not run with its old configuration either: journalctl -u kubelet" >&2; exit 1; }',
      '  sleep 1',
      'done',
      `rm -f ${keptConfigFile}`,
    ].join('\n'),
  ],
  { timeoutMs: 120_000 },
);
