import { read } from '../commands/build.ts';
import { readAssignments } from './assignments.ts';
import { defineFact } from './fact.ts';
import { dumpFunction, readDump, textsOf } from './file-dump.ts';

export interface KubeletFlags {
  /** From kubeadm-flags.env, which kubeadm writes. */
  readonly kubeadmFlags: readonly string[];
  /** From the package's configuration file, which people write. */
  readonly extraArgs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** systemd splits an unquoted `$NAME` at white space and honours quotes in it. Source: systemd.service(5). */
const split = (text: string): readonly string[] =>
  [...text.matchAll(/(?:"(?:\\[^]|[^"\\])*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));

/** Source: 10-kubeadm.conf of the kubeadm package; recorded on the lab, 1.35.4. */
export const kubeletFlags = defineFact<KubeletFlags>({
  id: 'kubelet-flags',
  subject: 'node',
  command: read([
    'sh',
    '-c',
    `${dumpFunction}\ndump /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet`,
  ]),
  parse: ({ stdout }) => {
    const found = readDump(stdout);
    if (found === undefined) return { unreadable: stdout };
    const settings = readAssignments(found.map(({ text }) => text).join('\n'));
    return {
      value: {
        kubeadmFlags: split(settings['KUBELET_KUBEADM_ARGS'] ?? ''),
        extraArgs: split(settings['KUBELET_EXTRA_ARGS'] ?? ''),
        files: textsOf(found),
      },
    };
  },
});
