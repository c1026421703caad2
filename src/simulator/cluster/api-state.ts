import type { Kernel } from '../kernel.ts';
import type { ApiState, Host } from '../world/host.ts';
import type { Etcd } from '../world/world.ts';

/** How long an API server that serves does not announce all of its groups (lab, 1.36.3 after a kubelet restart). */
const discoveryMs = 1200;

/** The part of its start during which an API server does not listen yet; then it answers Forbidden until it is ready. */
const silentPart = 0.7;

/** When a component that is starting will be ready. */
export type ReadyAt = (host: string, component: string) => number | undefined;

export const apiState = (kernel: Kernel, host: Host | undefined, etcd: Etcd, readyAt: ReadyAt): ApiState => {
  const component = host?.components.get('kube-apiserver');
  if (host === undefined || component === undefined || host.power === 'down')
    return { serving: false, version: component?.version ?? '', why: 'unreachable' };
  const { version, state, since } = component;
  if (state === 'stopped' || state === 'ending') return { serving: false, version, why: 'refused' };
  if (state === 'starting') {
    const end = readyAt(host.name, 'kube-apiserver') ?? Infinity;
    const listening = kernel.now >= since + (end - since) * silentPart;
    if (!listening) return { serving: false, version, why: 'refused' };
    return { serving: false, version, why: etcd.serving(host.name) ? 'forbidden' : 'refused' };
  }
  if (!etcd.answers(host.name)) return { serving: false, version, why: 'no-etcd' };
  const { live, empty } = etcd.runOf(host.name);
  if (!live || empty) return { serving: false, version, why: 'empty-etcd' };
  if (kernel.now < since + discoveryMs && since > 0) return { serving: true, version, why: 'discovering' };
  return { serving: true, version };
};
