import type { Command } from '../model/command.ts';
import { detached } from './build.ts';
import { manifestFile } from './manifest.ts';
import { quoteWord } from './quote.ts';
import { kubeadmPulls, scratchDirectory } from './stage.ts';

/** Beside the directory: a kubelet takes all that lies in it for a pod. */
const beside = '/etc/kubernetes/.nodeops-etcd';
const manifest = manifestFile('etcd');

/** Pulls the image that the ClusterConfiguration on standard input names, and ends with 1 where that is another one. */
const pullOnly = (image: string): readonly string[] => [
  ...scratchDirectory,
  'cat > "$T/configuration"',
  'kubeadm=kubeadm',
  ...kubeadmPulls,
  `grep -qxF -e ${quoteWord(image)} "$T/images" || { echo "kubeadm did not pull "${quoteWord(image)} >&2; exit 1; }`,
];

const inPlace: readonly string[] = ['sync', `mv -f ${beside} ${manifest}`];

const pullMs = 30 * 60_000;

/**
 * Has etcd's static pod run another image: pulled first, through the runtime's own interface, so that etcd is away for
 * its restart only; a manifest without exactly one line of the old image is left alone. `configuration`: a
 * ClusterConfiguration that names the new image.
 */
export const switchEtcdImage = (from: string, to: string, configuration: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        ...pullOnly(to),
        `cp -p ${manifest} ${beside}`,
        `awk -v old=${quoteWord(from)} -v new=${quoteWord(to)} '$1 == "image:" && $2 == old { i = index($0, old); $0 = substr($0, 1, i - 1) new substr($0, i + length(old)); found += 1 } { print } END { exit found != 1 }' ${manifest} > ${beside} || { rm -f ${beside}; echo ${quoteWord(`${manifest} has no single line with image: ${from}`)} >&2; exit 1; }`,
        ...inPlace,
      ].join('\n'),
    ],
    { timeoutMs: pullMs, stdin: configuration },
  );

/** Has etcd run as a restore point kept it, its flags and all; its image, which is that of the point, is pulled first. */
export const putBackEtcd = (point: string, image: string, configuration: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        ...pullOnly(image),
        `[ -e ${quoteWord(`${point}/complete`)} ]`,
        `cp -p ${quoteWord(`${point}/files${manifest}`)} ${beside}`,
        ...inPlace,
      ].join('\n'),
    ],
    { timeoutMs: pullMs, stdin: configuration },
  );
