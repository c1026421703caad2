import { runningSettings } from '../../cluster/kubelet-settings.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';
import type { Host } from '../../world/host.ts';
import { KubectlError } from './connection.ts';

/** An API server gives up on a machine that does not answer after so long (k8s.io/apiserver, proxy dialer). */
const noRouteMs = 3000;

/**
 * `/api/v1/nodes/NODE/proxy/configz`: what the kubelet of a node says that it runs with, through an API server. Recorded,
 * 1.35.4; the refusals as Go's dialer says them.
 */
export const configz = function* (call: Call, through: Host, path: string): Task<string> {
  const name = /^\/api\/v1\/nodes\/([^/]+)\/proxy\/configz$/.exec(path)?.[1] ?? '';
  const { world, kernel } = call.host;
  const host = world.hosts.get(name);
  if (host === undefined || world.objects.get('Node', undefined, name) === undefined)
    throw new KubectlError(`Error from server (NotFound): nodes "${name}" not found`);
  const failed = (why: string): KubectlError =>
    new KubectlError(
      `Error from server (ServiceUnavailable): error trying to reach service: dial tcp ${host.address}:10250: connect: ${why}`,
    );
  if (host.power !== 'up') {
    yield kernel.now + noRouteMs;
    throw failed('no route to host');
  }
  yield kernel.now + world.random.between(5, 40) + (through.name === name ? 0 : 2);
  if (host.kubelet.running === undefined) throw failed('connection refused');
  return runningSettings(host.kubelet.configuration);
};
