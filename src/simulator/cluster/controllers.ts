import type { Timer } from '../kernel.ts';
import { byCluster } from '../world/actor.ts';
import type { World } from '../world/host.ts';
import { componentWorks } from './endpoints.ts';
import { reconcileJobs } from './jobs.ts';
import { isMirror, listOf } from './objects.ts';
import type { PodLifecycle } from './pod-lifecycle.ts';
import { schedule } from './scheduler.ts';
import { reconcile, type WorkloadNeeds } from './workloads.ts';

const unschedulable = 'node.kubernetes.io/unschedulable';

/** Controller manager and scheduler: they look soon after each change, where one of each works. */
export class Controllers {
  readonly #world: World;
  readonly #needs: WorkloadNeeds;
  readonly #lifecycle: PodLifecycle;
  #timer: Timer | undefined;

  constructor(world: World, needs: WorkloadNeeds, lifecycle: PodLifecycle) {
    this.#world = world;
    this.#needs = needs;
    this.#lifecycle = lifecycle;
  }

  /** Looks within half a second; many calls before that are one look. */
  kick(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#world.kernel.after(this.#world.random.between(100, 500), () => {
      this.#timer = undefined;
      this.#look();
    });
  }

  /**
   * Its lease and its mirror pods belong to the Node object and go with it; its other pods are collected once nobody has
   * heard of such a node for 40 s. Source: kube-controller-manager, garbage collector; podgc, quarantineTime, gcCheckPeriod.
   */
  nodeGone(name: string): void {
    const { random } = this.#world;
    this.#later(random.between(500, 2000), () => this.#collectOwned(name));
    this.#later(random.between(40_000, 60_000), () => this.#collectPods(name));
  }

  #later(ms: number, collect: () => void): void {
    const { kernel } = this.#world;
    kernel.after(ms, () => {
      if (componentWorks(this.#world, 'kube-controller-manager')) collect();
      else this.#later(20_000, collect);
    });
  }

  #isGone(name: string): boolean {
    return this.#needs.store.peek('Node', undefined, name) === undefined;
  }

  #collectOwned(name: string): void {
    if (!this.#isGone(name)) return;
    const { store } = this.#needs;
    store.remove('Lease', 'kube-node-lease', name, byCluster);
    for (const pod of listOf(store, 'Pod'))
      if (pod.spec.nodeName === name && isMirror(pod))
        store.remove('Pod', pod.metadata.namespace, pod.metadata.name, byCluster);
  }

  #collectPods(name: string): void {
    if (!this.#isGone(name)) return;
    for (const pod of listOf(this.#needs.store, 'Pod'))
      if (pod.spec.nodeName === name) this.#lifecycle.delete(pod, byCluster, { forced: true });
  }

  /** The node lifecycle controller mirrors spec.unschedulable as a taint (recorded, 1.35.4). */
  #taintCordoned(): void {
    for (const node of listOf(this.#needs.store, 'Node')) {
      const taints = node.spec.taints ?? [];
      const others = taints.filter(({ key }) => key !== unschedulable);
      const cordoned = node.spec.unschedulable === true;
      if (cordoned === taints.length > others.length) continue;
      if (cordoned) node.spec.taints = [...taints, { key: unschedulable, effect: 'NoSchedule' }];
      else if (others.length > 0) node.spec.taints = others;
      else delete node.spec.taints;
      this.#needs.store.put(node, byCluster);
    }
  }

  #look(): void {
    if (componentWorks(this.#world, 'kube-controller-manager')) {
      this.#taintCordoned();
      reconcile(this.#needs);
      reconcileJobs(this.#needs);
    }
    if (componentWorks(this.#world, 'kube-scheduler')) schedule(this.#needs.store);
    this.#lifecycle.look();
  }
}
