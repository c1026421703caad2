import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface RefusedFlag {
  /** The first flag of its own command line that the installed kubelet does not know: `--pod-infra-container-image`. */
  readonly flag?: string;
}

/** As systemd gives them to it; `--version` ends it before it starts anything. */
const script = String.raw`
command -v kubelet >/dev/null || exit 3
set -f
args() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$2" 2>/dev/null; }
kubelet $(args KUBELET_KUBEADM_ARGS /var/lib/kubelet/kubeadm-flags.env) $(args KUBELET_EXTRA_ARGS /etc/default/kubelet) --version 2>&1
:`;

/** Source: pflag, "unknown flag"; recorded on the lab, kubelet 1.35.4: 0.05 s, nothing is started or written. */
export const refusedFlag = defineFact<RefusedFlag>({
  id: 'refused-flag',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, stderr, code }) => {
    if (code === 3) return { absent: true };
    const flag = /unknown flag: (--[\w-]+)/.exec(stdout)?.[1];
    if (flag !== undefined) return { value: { flag } };
    return /^Kubernetes v\d/m.test(stdout) ? { value: {} } : { unreadable: stdout.trim() || stderr };
  },
});
