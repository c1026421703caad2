import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface ContainerRuntime {
  readonly name: 'containerd';
  /** `1.7.28`; Debian's own builds carry a suffix: `1.6.20~ds1`. */
  readonly version: string;
  /** What the kubelet is told to use, without `unix://`. */
  readonly socket?: string;
}

const script = `
command -v containerd >/dev/null || exit 3
containerd --version
cd /var/lib/kubelet 2>/dev/null && for f in instance-config.yaml kubeadm-flags.env config.yaml; do
  sed -n 's/.*container-runtime-endpoint=\\([^ "]*\\).*/socket \\1/p; s/^containerRuntimeEndpoint: *//p' "$f" 2>/dev/null | sed 's/^socket //; s/^/socket /; s/"//g'
done
[ -S /run/containerd/containerd.sock ] && echo 'socket /run/containerd/containerd.sock'
:`;

/**
 * The endpoint is in kubeadm-flags.env up to 1.33, in instance-config.yaml from 1.34 on. Source: containerd
 * `--version`; kubeadm, NodeLocalCRISocket; recorded on the lab, containerd 1.6.20, kubeadm 1.35.4.
 */
export const containerRuntime = defineFact<ContainerRuntime>({
  id: 'container-runtime',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, code }) => {
    if (code === 3) return { absent: true };
    const version = /^containerd \S+ v?(\d\S*)/m.exec(stdout)?.[1];
    const socket = /^socket (?:unix:\/\/)?(\/\S+)$/m.exec(stdout)?.[1];
    if (version === undefined) return { unreadable: stdout };
    return { value: { name: 'containerd', version, ...(socket === undefined ? {} : { socket }) } };
  },
});
