import type { Command } from '../model/command.ts';
import { detached } from './build.ts';
import { manifestFile } from './manifest.ts';
import { quoteWord } from './quote.ts';
import { kubeadmPulls, scratchDirectory } from './stage.ts';

/**
 * Has etcd's static pod run another image: pulled first, through the runtime's own interface, so that etcd is away for
 * its restart only; a manifest without exactly one line of the old image is left alone. `configuration`: a
 * ClusterConfiguration that names the new image. The new file is made beside the directory, since a kubelet takes all
 * that lies in it for a pod.
 */
export const switchEtcdImage = (from: string, to: string, configuration: string): Command => {
  const manifest = manifestFile('etcd');
  const beside = '/etc/kubernetes/.nodeops-etcd';
  return detached(
    [
      'sh',
      '-c',
      [
        ...scratchDirectory,
        'cat > "$T/configuration"',
        'kubeadm=kubeadm',
        ...kubeadmPulls,
        `grep -qxF -e ${quoteWord(to)} "$T/images" || { echo "kubeadm did not pull "${quoteWord(to)} >&2; exit 1; }`,
        `cp -p ${manifest} ${beside}`,
        `awk -v old=${quoteWord(from)} -v new=${quoteWord(to)} '$1 == "image:" && $2 == old { i = index($0, old); $0 = substr($0, 1, i - 1) new substr($0, i + length(old)); found += 1 } { print } END { exit found != 1 }' ${manifest} > ${beside} || { rm -f ${beside}; echo ${quoteWord(`${manifest} has no single line with image: ${from}`)} >&2; exit 1; }`,
        'sync',
        `mv -f ${beside} ${manifest}`,
      ].join('\n'),
    ],
    { timeoutMs: 30 * 60_000, stdin: configuration },
  );
};
