import type { Actor } from '../../world/actor.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { changesControlPlane, versionedPackages } from '../reading.ts';
import { compare, minorNumber, upstream } from '../version.ts';

const ask = (scene: Scene, what: string, from: string, to: string, actor: Actor): void => {
  if (actor.kind !== 'nodeops' || from === to) return;
  scene.reached();
  if (minorNumber(to) - minorNumber(from) > 1) scene.broken(`${what} skipped a minor: ${from} → ${to}`);
  if (compare(to, from) < 0 && scene.wish.rollback !== true)
    scene.broken(`${what} went back outside a rollback: ${from} → ${to}`);
};

/**
 * A control plane takes one minor at a time; nothing goes back but in a rollback, workers' packages included. kubeadm's
 * own recovery is none of ours: it puts the manifest back that it found (kubeadm, `rollbackOldManifests`; lab).
 */
export const versionSteps: Invariant = {
  number: 5,
  title: 'no control plane skips a minor; no downgrade outside a rollback',
  watch: (scene) => {
    const last = new Map<string, string>();
    /**
     * What ran before each kubeadm of a host that did not end well: it puts that back where a component does not come up,
     * and the next one may have begun before what was put back is ready.
     */
    const beforeKubeadm = new Map<string, Set<string>>();
    for (const { name, components } of scene.world.hosts.values())
      for (const component of components.values()) last.set(`${name} ${component.name}`, component.version);
    return {
      event: (event) => {
        if (event.type === 'kubeadm-started') {
          if (!changesControlPlane(event.command)) return;
          for (const [key, version] of last)
            if (key.startsWith(`${event.host} `))
              beforeKubeadm.set(key, (beforeKubeadm.get(key) ?? new Set()).add(version));
        } else if (event.type === 'kubeadm-ended') {
          if (event.code !== 0 || !changesControlPlane(event.command)) return;
          for (const key of beforeKubeadm.keys()) if (key.startsWith(`${event.host} `)) beforeKubeadm.delete(key);
        } else if (event.type === 'component-ready' && event.component.startsWith('kube-')) {
          const key = `${event.host} ${event.component}`;
          const actor = scene.history.stopper(event.host, event.component) ?? event.actor;
          const from = last.get(key) ?? event.version;
          const restored = compare(event.version, from) < 0 && beforeKubeadm.get(key)?.has(event.version) === true;
          if (!restored) ask(scene, `${event.host}'s ${event.component}`, from, event.version, actor);
          last.set(key, event.version);
        } else if (event.type === 'package-changed' && event.from !== undefined && event.to !== undefined) {
          const host = scene.world.hosts.get(event.host);
          if (!versionedPackages.has(event.name)) return;
          const [from, to] = [upstream(event.from), upstream(event.to)];
          // A worker's kubelet may be up to three minors behind, and comes in one step.
          if (host?.role === 'control-plane' || compare(to, from) < 0)
            ask(scene, `${event.host}'s package ${event.name}`, from, to, event.actor);
        }
      },
    };
  },
};
