import type { WorldEvent } from '../../world/events.ts';
import type { SeenHost, SeenWorld } from '../seen-world.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { controlPlanes, reachableControlPlanes, registeredVersion, versionedPackages } from '../reading.ts';
import { compare, minorNumber, upstream } from '../version.ts';

const versioned = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Why a control plane is not on a version yet; newer counts as on it, and so does one that is away for a moment. */
const behind = (world: SeenWorld, host: SeenHost, version: string): string | undefined => {
  for (const name of versioned) {
    const component = host.components.get(name);
    if (component === undefined || compare(component.version, version) < 0)
      return `${host.name}'s ${name} is ${component?.version ?? 'missing'}`;
  }
  const kubelet = host.kubelet.running ?? registeredVersion(world, host.name);
  return kubelet === undefined || compare(kubelet, version) < 0
    ? `${host.name}'s kubelet is ${kubelet ?? 'not registered'}`
    : undefined;
};

/** Workers only when every control plane is on the hop's target; on the way back only once no worker is above it. */
const askOrder = (scene: Scene, host: SeenHost, to: string): void => {
  const { world, wish } = scene;
  if (wish.rollback !== true) {
    if (host.role !== 'worker') return;
    scene.reached();
    const late = controlPlanes(world).flatMap((each) => behind(world, each, to) ?? []);
    if (late.length > 0) scene.broken(`${host.name} was taken to ${to} while ${late.join(', ')}`);
  } else if (host.role === 'control-plane') {
    scene.reached();
    const early = [...world.hosts.values()]
      .filter(
        ({ role, kubelet }) => role === 'worker' && kubelet.running !== undefined && compare(kubelet.running, to) > 0,
      )
      .map(({ name, kubelet }) => `${name}'s kubelet is ${kubelet.running}`);
    if (early.length > 0) scene.broken(`${host.name} was taken back to ${to} while ${early.join(', ')}`);
  }
};

const askKubelet = (scene: Scene, host: SeenHost, kubelet: string): void => {
  scene.reached();
  for (const { name, components } of reachableControlPlanes(scene.world, host)) {
    const server = components.get('kube-apiserver')?.version;
    if (server !== undefined && compare(kubelet, server) > 0)
      scene.broken(`${host.name}'s kubelet ${kubelet} is newer than the API server ${server} of ${name}`);
  }
};

const askOldest = (scene: Scene, server: string): void => {
  scene.reached();
  for (const { name, kubelet } of scene.world.hosts.values()) {
    if (kubelet.running === undefined) continue;
    const may = minorNumber(kubelet.running) < 25 ? 2 : 3;
    if (minorNumber(server) - minorNumber(kubelet.running) > may)
      scene.broken(
        `${name}'s kubelet ${kubelet.running} is more than ${may} minors older than an API server ${server}`,
      );
  }
};

const ask = (scene: Scene, event: WorldEvent): void => {
  const { world, history } = scene;
  if (event.type === 'package-changed') {
    const host = world.hosts.get(event.host);
    if (event.actor.kind !== 'nodeops' || !versionedPackages.has(event.name) || host === undefined) return;
    if (event.to !== undefined && event.from !== event.to) askOrder(scene, host, upstream(event.to));
  } else if (event.type === 'kubelet-started') {
    const host = world.hosts.get(event.host);
    // Whoever starts it, a reboot or a person: it is ours when the binary is.
    const ours = event.actor.kind === 'nodeops' || history.kubeletPackage.get(event.host)?.kind === 'nodeops';
    if (ours && host !== undefined) askKubelet(scene, host, event.version);
  } else if (event.type === 'component-ready' && event.component === 'kube-apiserver') {
    if (history.stopper(event.host, event.component)?.kind === 'nodeops') askOldest(scene, event.version);
  }
};

export const versionOrder: Invariant = {
  number: 2,
  title: 'workers after all control planes, no kubelet newer than its API servers or too old for one',
  watch: (scene) => ({
    event: (event) => {
      if (scene.wish.mode !== 'outage') ask(scene, event);
    },
  }),
};
