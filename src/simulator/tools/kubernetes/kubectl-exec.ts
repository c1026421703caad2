import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Tool } from '../../shell/tool.ts';
import type { TextCall } from './text-call.ts';
import type { Host } from '../../world/host.ts';
import { isPod } from '../../cluster/objects.ts';
import { etcdctl } from './etcdctl.ts';
import { etcdutl } from './etcdutl.ts';
import { KubectlError, request, serverOf } from './connection.ts';
import type { Parsed } from './flags.ts';
import { resourceOf } from './resources.ts';

const pods = resourceOf('pods');

/** What the etcd image holds. It has no shell (kubeadm-facts 5). */
const programs: ReadonlyMap<string, Tool> = new Map([
  ['etcdctl', etcdctl],
  ['etcdutl', etcdutl],
]);

/** A kubelet that was just started does not know its static pods yet (recorded, 1.35.4). */
const learningMs = 1500;

const query = (argv: readonly string[]): string => argv.map((word) => `command=${encodeURIComponent(word)}`).join('&');

/** The host of an etcd pod in which something can be run now. @throws KubectlError as kubectl says it. */
const place = (call: TextCall, namespace: string, pod: string, argv: readonly string[]): Host => {
  const { world, kernel } = call.host;
  const found = world.objects.get('Pod', namespace, pod);
  if (found === undefined || !isPod(found))
    throw new KubectlError(`Error from server (NotFound): pods "${pod}" not found`);
  if (found.metadata.labels?.['component'] !== 'etcd') throw new SimulatorGap(`kubectl exec in ${namespace}/${pod}`);
  const host = world.hosts.get(found.spec.nodeName ?? '');
  if (host === undefined || host.power === 'down' || host.kubelet.running === undefined)
    throw new KubectlError(
      `error: Internal error occurred: error sending request: Post "https://${host?.address ?? ''}:10250/exec/${namespace}/${pod}/etcd?${query(argv)}&error=1&output=1": dial tcp ${host?.address ?? ''}:10250: connect: ${host?.power === 'down' ? 'no route to host' : 'connection refused'}`,
    );
  if (kernel.now < host.kubelet.since + learningMs)
    throw new KubectlError('error: Internal error occurred: unable to upgrade connection: pod does not exist');
  if (host.components.get('etcd')?.state === 'stopped')
    throw new KubectlError(
      'error: Internal error occurred: unable to upgrade connection: container not found ("etcd")',
    );
  return host;
};

/** kubectl exec POD -- argv, in an etcd pod. A program's exit code is kubectl's own. */
export const kubectlExec = function* (call: TextCall, parsed: Parsed): Task<number> {
  const namespace = parsed.flags.get('namespace') ?? 'default';
  const [pod = ''] = parsed.words;
  const argv = parsed.rest;
  const server = serverOf(call, parsed);
  yield* request(call, server, { verb: 'get', resource: pods, namespace, name: pod });
  const host = place(call, namespace, pod, argv);
  const program = programs.get(argv[0] ?? '');
  if (program === undefined)
    throw new KubectlError(
      `error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${call.host.world.random.hex(64)}": OCI runtime exec failed: exec failed: unable to start container process: exec: "${argv[0] ?? ''}": executable file not found in $PATH: unknown`,
    );
  const result = program(call.within(argv, host));
  const code = typeof result === 'number' ? result : yield* result;
  if (code !== 0) call.err(`command terminated with exit code ${code}\n`);
  return code;
};
