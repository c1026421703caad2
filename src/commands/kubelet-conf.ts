import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';
import { nodeDirectory } from './systemd-run.ts';

/** What the kubelet talks to the API with; kubeadm writes it, on control planes with the address of their own API server. */
const kubeletConf = '/etc/kubernetes/kubelet.conf';

/** The file as it was before another API server was lent to the kubelet; it goes when that is so again. */
const kept = `${nodeDirectory}/kubelet.conf`;
/** The kubelet was restarted since, and asks what it was lent. */
const taken = `${kept}.lent`;

const serverOf = (file: string): string => `sed -n 's|^ *server: *||p' ${file}`;

/** Prints `server ADDRESS`, while another one is lent `before ADDRESS`, and `taken` once the kubelet was restarted. */
export const readKubeletConf: Command = read([
  'sh',
  '-c',
  [
    `[ -e ${kubeletConf} ] || exit 3`,
    `echo "server $(${serverOf(kubeletConf)})"`,
    `[ ! -e ${kept} ] || echo "before $(${serverOf(kept)})"`,
    `[ ! -e ${taken} ] || echo taken`,
  ].join('\n'),
]);

/** Every file is whole and on the disk before the next step relies on it: it may end between any two of these lines. */
const begin = [
  'set -eu',
  'umask 077',
  `file=$(readlink -f ${kubeletConf})`,
  'replace() { sync "$file.nodeops"; mv -f "$file.nodeops" "$file"; sync "$(dirname "$file")"; }',
  // Owner and mode of the one file, the text of what comes in, with its address replaced.
  'with() { cp -p "$1" "$file.nodeops"; sed "s|^\\( *server: *\\).*|\\1$2|" "$1" > "$file.nodeops"; }',
];

/**
 * Points the kubelet at another API server and restarts it; containers run on (lab, 1.35.4). The file as it was is kept
 * on the node first, and never overwritten: it is what `returnApiServer` puts back, whoever comes to do so.
 */
export const lendApiServer = (address: string): Command =>
  write(
    [
      'sh',
      '-c',
      [
        ...begin,
        `mkdir -p ${nodeDirectory}`,
        `[ -e ${kept} ] || { cp -p "$file" ${kept}.new; sync ${kept}.new; mv -f ${kept}.new ${kept}; sync ${nodeDirectory}; }`,
        `with ${kept} "$1"`,
        'replace',
        'systemctl restart kubelet',
        `: > ${taken}`,
      ].join('\n'),
      'lend',
      address,
    ],
    { timeoutMs: 120_000 },
  );

/**
 * Puts kubelet.conf back as it was: to the byte, with owner, mode and times; where something else in it was changed
 * meanwhile, only its address. `restart`: not where the kubelet that is installed is another one than the one that runs.
 */
export const returnApiServer = ({ restart }: { readonly restart: boolean }): Command =>
  write(
    [
      'sh',
      '-c',
      [
        ...begin,
        `[ -e ${kept} ] || exit 0`,
        `with "$file" "$(${serverOf(kept)})"`,
        `[ "$(cat "$file.nodeops")" != "$(cat ${kept})" ] || cp -p ${kept} "$file.nodeops"`,
        'replace',
        ...(restart ? ['systemctl restart kubelet'] : []),
        `rm -f ${taken}`,
        `rm -f ${kept}`,
      ].join('\n'),
    ],
    { timeoutMs: 120_000 },
  );
