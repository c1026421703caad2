import type { LabNode } from '../addresses.ts';
import { network } from '../addresses.ts';
import { LABEL, runArgv } from '../container.ts';
import type { CommandOptions, Outcome } from '../run-command.ts';
import { attempt, run } from '../run-command.ts';
import { until } from '../until.ts';
import type { ClusterRecord } from './record.ts';

const ADMIN = 'KUBECONFIG=/etc/kubernetes/admin.conf';

export const inNode = (node: string, argv: readonly string[], options?: CommandOptions): Promise<string> =>
  run(execArgv(node, argv, options), options);

export const attemptInNode = (node: string, argv: readonly string[], options?: CommandOptions): Promise<Outcome> =>
  attempt(execArgv(node, argv, options), options);

function execArgv(node: string, argv: readonly string[], options?: CommandOptions): string[] {
  const input = options?.input === undefined ? [] : ['-i'];
  return ['docker', 'exec', '-e', ADMIN, ...input, node, ...argv];
}

export interface ContainerState {
  readonly name: string;
  readonly cluster: string;
  readonly state: string;
}

/** The lab's containers, running or not: of one cluster, or all. */
export async function containers(cluster?: string): Promise<ContainerState[]> {
  const filter = `label=${LABEL}${cluster === undefined ? '' : `=${cluster}`}`;
  const format = `{{.Names}}\t{{.Label "${LABEL}"}}\t{{.State}}`;
  const lines = (await run(['docker', 'ps', '-a', '--filter', filter, '--format', format])).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name = '', owner = '', state = ''] = line.split('\t');
    return { name, cluster: owner, state };
  });
}

/** What lets systemd, containerd and the kubelet run in a container; `--privileged` fails without CAP_SYS_RESOURCE. */
const hostLike = (
  '--cap-add=ALL --cap-drop=SYS_RESOURCE --cgroupns=private --tmpfs=/run --tmpfs=/run/lock ' +
  '--security-opt=seccomp=unconfined --security-opt=apparmor=unconfined --security-opt=systempaths=unconfined ' +
  '--volume=/lib/modules:/lib/modules:ro --stop-timeout=20'
).split(' ');

/** Creates a node's container and waits until its services run. */
export async function createNode(record: ClusterRecord, { name, host }: LabNode, image: string): Promise<void> {
  const volume = `type=volume,src=nodeops-lab-${name},dst=/var/lib/containerd,volume-label=${LABEL}=${record.name}`;
  // There docker/mirror/refuse-names.pl listens: names beyond the lab are refused at once instead of timing out.
  const mirrored = [`--add-host=pkgs.k8s.io:${network.packages}`, `--dns=${network.packages}`];
  const flags = record.source === 'mirror' ? [...mirrored, ...hostLike] : hostLike;
  await run(runArgv({ name, owner: record.name, address: host, mounts: [volume], flags, image }));
  await servicesRun(name);
}

/** Waits until systemd has brought up what a node needs to be reached. */
export async function servicesRun(node: string): Promise<void> {
  const check = ['systemctl', 'is-active', '-q', 'containerd', 'ssh'];
  const active = await until(async () => (await attemptInNode(node, check)).code === 0, 60_000);
  if (!active) throw new Error(`${node} does not start. Type: docker logs ${node}; npm run lab -- logs ${node}`);
}

export const kubectl = (node: string, ...words: string[]): Promise<string> => inNode(node, ['kubectl', ...words]);
