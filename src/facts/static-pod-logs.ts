import { read } from '../commands/build.ts';
import { withoutControlSequences } from '../model/text.ts';
import { defineFact } from './fact.ts';
import { dumpFunction, readDump } from './file-dump.ts';
import { complaintsIn, type LoggedLine } from './unit-log.ts';

/** One of kubeadm's static pods as its own node shows it, whether or not an API server answers. */
export interface StaticPodSign {
  readonly name: string;
  /** Its manifest is where the kubelet looks for it. */
  readonly manifest: boolean;
  /** A process of it runs. */
  readonly running: boolean;
  /** What its newest container complains about; empty where it says nothing, or never ran. */
  readonly complaints: readonly LoggedLine[];
  /** The newest container's very last lines. */
  readonly last: readonly string[];
}

/** A process is called by the first fifteen letters of its program: proc(5), /proc/pid/comm. */
const script = `
${dumpFunction}
[ -d /etc/kubernetes/manifests ] || exit 3
for c in etcd kube-apiserver kube-controller-manager kube-scheduler; do
  m=no; p=no
  [ -f "/etc/kubernetes/manifests/$c.yaml" ] && m=yes
  short=$(printf '%.15s' "$c")
  for f in /proc/[0-9]*/comm; do
    read -r name < "$f" 2>/dev/null || continue
    [ "$name" = "$short" ] && p=yes && break
  done
  log=$(ls -t /var/log/pods/kube-system_"$c"-*/"$c"/*.log 2>/dev/null | head -n 1)
  printf '=%s %s %s\\n' "$c" "$m" "$p"
  [ -z "$log" ] || tail -n 100 "$log" | cut -c 1-1000 | sed 's/^/>/'
  echo
done
:`;

const keptLines = 3;

/** `2026-11-22T18:37:41.123456789Z stderr F text`: what containerd writes. Recorded on the lab, containerd 1.6. */
const criLine = /^(\d{4}-\S+Z?) (?:stdout|stderr) [FP] (.*)$/;

/**
 * Source: the kubelet's directory of pod logs, /var/log/pods (kubernetes.io, Logging Architecture), read without
 * crictl, which a node need not have; recorded on the lab, 1.35.4. Absent where no kubeadm was.
 */
export const staticPodLogs = defineFact<readonly StaticPodSign[]>({
  id: 'static-pod-logs',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, stderr, code }) => {
    if (code === 3) return { absent: true };
    const files = readDump(stdout);
    if (files === undefined || code !== 0) return { unreadable: stdout.trim().slice(0, 400) || stderr };
    const signs: StaticPodSign[] = [];
    for (const { path, text } of files) {
      const [, name, manifest, running] = /^(\S+) (yes|no) (yes|no)$/.exec(path) ?? [];
      if (name === undefined) return { unreadable: path };
      const lines = withoutControlSequences(text)
        .split('\n')
        .flatMap((line) => {
          const [, at, said] = criLine.exec(line) ?? [];
          return at === undefined || said === undefined || said.trim() === '' ? [] : [{ at, text: said }];
        });
      signs.push({
        name,
        manifest: manifest === 'yes',
        running: running === 'yes',
        complaints: complaintsIn(lines),
        last: lines.slice(-keptLines).map((line) => line.text.slice(0, 300)),
      });
    }
    return { value: signs };
  },
});
