import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { LabNode } from '../../../docker/addresses.ts';
import { readClusterLines, readNodeLine, type Sample } from './sample.ts';

/** The kubelet's version is asked of its own executable, and only when its process is another one. */
const nodeLoop = `
pid=0 version=-
code() { curl -sk -o /dev/null -w '%{http_code}' --max-time 1 "$1"; }
while :; do
  now=$(systemctl show --property=MainPID --value kubelet 2>/dev/null); now=\${now:-0}
  if [ "$now" != "$pid" ]; then
    pid=$now version=-
    [ "$pid" -gt 0 ] && version=$(/proc/$pid/exe --version 2>/dev/null | cut -d ' ' -f 2)
    version=\${version:--}
  fi
  packages=$(dpkg-query -W -f='\${db:Status-Abbrev}\${Package}=\${Version},' kubeadm kubelet kubectl 2>/dev/null | tr -d ' ')
  readyz=- etcd=-
  if [ -e /etc/kubernetes/admin.conf ]; then
    readyz=$(code https://127.0.0.1:6443/readyz)
    etcd=$(code 'http://127.0.0.1:2381/health?serializable=true')
  fi
  echo "node $version $readyz $etcd $packages"
  sleep 1
done`;

const nodeRow =
  '{{range .items}}{{if eq .kind "Node"}}N|{{.metadata.name}}|{{if .spec.unschedulable}}true{{else}}false{{end}}|' +
  '{{with .metadata.annotations}}{{index . "nodeops.dev/cordoned-by"}}{{end}}|' +
  '{{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}}|{{.status.nodeInfo.kubeletVersion}}{{else}}';
const podRow =
  'P|{{.metadata.namespace}}|{{.metadata.name}}|{{with .spec.nodeName}}{{.}}{{end}}|' +
  '{{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}}|{{if .metadata.deletionTimestamp}}true{{else}}false{{end}}|' +
  '{{range .metadata.ownerReferences}}{{.kind}}{{end}}|{{(index .spec.containers 0).image}}{{end}}{{"\\n"}}{{end}}end{{"\\n"}}';

/** An API server that breaks off leaves kubectl with an empty list, which it prints: only rc 0 is an answer. */
const clusterLoop = (host: string): string => `
while :; do
  seen=$(KUBECACHEDIR=/dev/null kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://${host}:6443 --request-timeout=3s \\
    get nodes,pods --all-namespaces --output=go-template='${nodeRow}${podRow}' 2>/dev/null) && echo "$seen"
  sleep 1
done`;

type Receive = (line: string) => void;

/** Runs a loop in a node and hands its lines on; begins it again when the node was restarted, until stopped. */
const listen = async (node: string, script: string, receive: Receive, stop: AbortSignal): Promise<void> => {
  while (!stop.aborted) {
    const loop = execa('docker', ['exec', node, 'sh', '-c', script], {
      reject: false,
      stdin: 'ignore',
      buffer: false,
      cancelSignal: stop,
      forceKillAfterDelay: 1000,
    });
    try {
      for await (const line of loop) receive(line);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
    if (!stop.aborted) await delay(1000);
  }
};

const nodeReceiver =
  (node: string, samples: Sample[]): Receive =>
  (line) =>
    void samples.push(readNodeLine(node, Date.now(), line));

const clusterReceiver = (node: string, samples: Sample[]): Receive => {
  let lines: string[] = [];
  return (line) => {
    if (line !== 'end') return void lines.push(line);
    samples.push(readClusterLines(node, Date.now(), lines));
    lines = [];
  };
};

export interface Observer {
  readonly samples: readonly Sample[];
  /** Ends the loops. The shells in the nodes end at their next line, which nobody reads any more. */
  stop(): Promise<void>;
}

/** Samples a lab cluster each second from outside: nothing here is shared with nodeops. */
export const observe = (nodes: readonly LabNode[]): Observer => {
  const samples: Sample[] = [];
  const stop = new AbortController();
  const loops = nodes.flatMap(({ name, host, role }) => [
    listen(name, nodeLoop, nodeReceiver(name, samples), stop.signal),
    ...(role === 'control-plane' ? [listen(name, clusterLoop(host), clusterReceiver(name, samples), stop.signal)] : []),
  ]);
  return {
    samples,
    stop: async () => {
      stop.abort();
      await Promise.all(loops);
    },
  };
};
