import type { ApiState, Host, World } from '../world/host.ts';

/** What one finds behind an address: an API server of its own, or whichever serves behind the load balancer. */
export interface Reached {
  /** The host whose API server answers; undefined where nobody has that address. */
  readonly host: Host | undefined;
  readonly state: ApiState;
}

const nobody: ApiState = { serving: false, version: '', why: 'unreachable' };

/** `172.31.0.11:6443` → the control plane behind it. The load balancer takes the first that serves, else refuses. */
export const reach = (world: World, address: string): Reached => {
  const [ip, port] = address.split(':', 2);
  if (port !== '6443') return { host: undefined, state: { serving: false, version: '', why: 'refused' } };
  for (const host of world.hosts.values())
    if (host.address === ip && host.role === 'control-plane') return { host, state: world.apiServer(host.name) };
  if (address !== world.endpoint) return { host: undefined, state: nobody };
  let empty: Reached | undefined;
  for (const host of world.hosts.values()) {
    if (host.role !== 'control-plane') continue;
    const state = world.apiServer(host.name);
    if (state.serving) return { host, state };
    if (state.why === 'empty-etcd') empty ??= { host, state };
  }
  if (empty !== undefined) return empty;
  return { host: undefined, state: { serving: false, version: '', why: 'refused' } };
};

/** Some API server answers. */
export const apiAnswers = (world: World): boolean => {
  for (const host of world.hosts.values())
    if (host.role === 'control-plane' && world.apiServer(host.name).serving) return true;
  return false;
};

/** Controllers and scheduler talk to the API server beside them; one of each that works is enough. */
export const componentWorks = (world: World, name: 'kube-controller-manager' | 'kube-scheduler'): boolean => {
  for (const host of world.hosts.values()) {
    if (host.power === 'up' && host.components.get(name)?.state === 'running' && world.apiServer(host.name).serving)
      return true;
  }
  return false;
};
