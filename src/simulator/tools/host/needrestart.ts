import { kubeletUnitOf } from '../../host/kubelet-unit.ts';
import type { Task } from '../../kernel.ts';
import type { Call } from '../../shell/tool.ts';

/**
 * What apt runs when dpkg is done, on hosts that have needrestart: with a front end that asks nobody, Ubuntu's restarts
 * every service that uses what was replaced, the kubelet among them; unless it is told not to. Source: needrestart(1),
 * NEEDRESTART_SUSPEND; Ubuntu 22.04, /usr/lib/needrestart/apt-pinvoke.
 */
export function* needrestart(call: Call): Task<void> {
  const { host, env, actor } = call;
  if (!host.packages.has('needrestart') || env.has('NEEDRESTART_SUSPEND')) return;
  yield host.kernel.now + host.world.random.between(500, 3000);
  const unit = kubeletUnitOf(host);
  unit.stop(actor);
  unit.start(actor);
}
