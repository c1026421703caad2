import type { Timer } from '../kernel.ts';
import { byCluster, type Actor } from '../world/actor.ts';
import type { Host, PodActions, World } from '../world/host.ts';
import type { ObjectStore } from '../world/object-store.ts';
import type { KubeObject } from '../world/world.ts';
import { budgetsFor, refusing } from './budgets.ts';
import { seconds } from './clock-text.ts';
import { isPod, isReady, listOf, type PodObject } from './objects.ts';
import { podConditions, runningStatus } from './pod-status.ts';

/** A pod with this annotation does not end at SIGTERM: it takes the whole of its grace period. */
export const ignoresTermination = 'simulator.nodeops.dev/ignores-termination';

interface Leaving {
  readonly how: 'evicted' | 'deleted' | 'lost';
  readonly forced: boolean;
  readonly budgetBroken: string | undefined;
  readonly actor: Actor;
  /** When its processes will have ended. */
  readonly until: number;
}

/** What is told of a pod's end. */
interface Gone {
  readonly how: Leaving['how'] | 'forgotten';
  readonly actor: Actor;
  readonly forced?: boolean;
  readonly budgetBroken?: string | undefined;
}

const isMirror = ({ metadata }: PodObject): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

export interface LifecycleNeeds {
  readonly store: ObjectStore;
  readonly reaches: (host: Host) => boolean;
  /** A pod is gone or ready: controllers look again. */
  readonly changed: () => void;
}

/** What kubelets do with pods that are bound to them, and the API server's part in their end. */
export class PodLifecycle implements PodActions {
  readonly #world: World;
  readonly #needs: LifecycleNeeds;
  readonly #starting = new Map<string, Timer>();
  readonly #leaving = new Map<string, Leaving>();
  /** Pods that their kubelet has ended, and the API was not told. */
  readonly #ended = new Set<string>();

  constructor(world: World, needs: LifecycleNeeds) {
    this.#world = world;
    this.#needs = needs;
  }

  evict(pod: KubeObject, actor: Actor, options: { readonly dryRun?: boolean } = {}): { refusedBy: readonly string[] } {
    if (!isPod(pod)) return { refusedBy: [] };
    const refusedBy = pod.metadata.deletionTimestamp === undefined ? refusing(this.#needs.store, pod) : [];
    if (refusedBy.length === 0 && options.dryRun !== true) this.#leave(pod, 'evicted', actor, {});
    return { refusedBy };
  }

  delete(pod: KubeObject, actor: Actor, options: { readonly forced?: boolean; readonly graceMs?: number } = {}): void {
    if (isPod(pod)) this.#leave(pod, 'deleted', actor, options);
  }

  /** The taint manager's doing, five minutes after a node was lost. */
  lose(node: string): void {
    for (const pod of listOf(this.#needs.store, 'Pod')) {
      const daemon = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node') === true;
      if (pod.spec.nodeName === node && !daemon) this.#leave(pod, 'lost', byCluster, {});
    }
  }

  /** A kubelet that knows of no pod, and hears of none, ends all that runs there (observed.md 4: within 2 s). */
  forget(node: string, actor: Actor): void {
    for (const pod of listOf(this.#needs.store, 'Pod')) {
      const { metadata, spec, status } = pod;
      if (spec.nodeName !== node || status.phase !== 'Running' || this.#ended.has(metadata.uid)) continue;
      if (isMirror(pod)) continue;
      this.#ended.add(metadata.uid);
      this.#tellGone(pod, { how: 'forgotten', actor });
    }
  }

  /**
   * The API has others than before, of which kubelets hear now: what ran and is not among them is ended, what is there
   * and does not run is started.
   */
  replaced(before: readonly PodObject[]): void {
    const runs = new Set(before.filter(({ status }) => status.phase === 'Running').map(({ metadata: { uid } }) => uid));
    const now = listOf(this.#needs.store, 'Pod');
    const known = new Set(now.map(({ metadata: { uid } }) => uid));
    for (const pod of before)
      if (runs.has(pod.metadata.uid) && !known.has(pod.metadata.uid) && !isMirror(pod))
        this.#tellGone(pod, { how: 'deleted', actor: byCluster });
    for (const pod of now) {
      const { uid } = pod.metadata;
      if (pod.status.phase !== 'Running' || isMirror(pod) || (runs.has(uid) && !this.#ended.has(uid))) continue;
      pod.status = { phase: 'Pending' };
    }
    this.#ended.clear();
    this.#needs.changed();
  }

  /** Looks at every pod that waits for its kubelet: one to be started, one to be ended. */
  look(): void {
    for (const pod of listOf(this.#needs.store, 'Pod')) {
      if (pod.metadata.deletionTimestamp !== undefined) this.#end(pod);
      else if (pod.status.phase === 'Pending' && pod.spec.nodeName !== undefined) this.#begin(pod);
    }
  }

  #hostOf(pod: PodObject): Host | undefined {
    return this.#world.hosts.get(pod.spec.nodeName ?? '');
  }

  #kubeletWorks(pod: PodObject): boolean {
    const host = this.#hostOf(pod);
    return host !== undefined && host.kubelet.running !== undefined && this.#needs.reaches(host);
  }

  #begin(pod: PodObject): void {
    const { uid } = pod.metadata;
    if (this.#starting.has(uid) || !this.#kubeletWorks(pod)) return;
    const { kernel, random } = this.#world;
    const ms = random.between(1000, 4000);
    this.#starting.set(
      uid,
      kernel.after(ms, () => {
        this.#starting.delete(uid);
        const { namespace, name } = pod.metadata;
        if (this.#needs.store.get('Pod', namespace, name) !== pod || !this.#kubeletWorks(pod)) return;
        const over = pod.metadata.ownerReferences?.[0]?.kind === 'Job';
        const since = kernel.now + (this.#hostOf(pod)?.clockOffsetMs ?? 0);
        pod.status = over
          ? { phase: 'Succeeded', conditions: podConditions(false, kernel.now) }
          : runningStatus(pod.spec, { ready: true, at: kernel.now, since });
        this.#needs.store.put(pod, byCluster);
        this.#needs.changed();
      }),
    );
  }

  #leave(
    pod: PodObject,
    how: Leaving['how'],
    actor: Actor,
    { forced = false, graceMs }: { readonly forced?: boolean; readonly graceMs?: number },
  ): void {
    const { kernel, random } = this.#world;
    if (pod.metadata.deletionTimestamp !== undefined && !forced) return;
    const grace = forced ? 0 : (graceMs ?? (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    const stubborn = pod.metadata.annotations?.[ignoresTermination] !== undefined;
    const ms = stubborn ? grace : Math.min(grace, random.between(300, 2500));
    const broken = how === 'evicted' || !isReady(pod) ? undefined : this.#brokenBy(pod);
    pod.metadata.deletionTimestamp = seconds(kernel.now + grace);
    this.#leaving.set(pod.metadata.uid, { how, forced, budgetBroken: broken, actor, until: kernel.now + ms });
    this.#needs.store.put(pod, actor);
    if (forced && (pod.metadata.finalizers ?? []).length === 0) this.#gone(pod);
    else kernel.after(ms, () => this.#end(pod));
    this.#needs.changed();
  }

  #brokenBy(pod: PodObject): string | undefined {
    return budgetsFor(this.#world, pod).find(({ status }) => status.disruptionsAllowed <= 0)?.metadata.name;
  }

  /** Its kubelet tells the API server that the processes are gone; finalizers keep the object all the same. */
  #end(pod: PodObject): void {
    const leaving = this.#leaving.get(pod.metadata.uid);
    if (leaving !== undefined && this.#world.kernel.now < leaving.until) return;
    const { namespace, name } = pod.metadata;
    if (this.#needs.store.get('Pod', namespace, name) !== pod) return;
    if (pod.spec.nodeName !== undefined && !this.#kubeletWorks(pod)) return;
    if ((pod.metadata.finalizers ?? []).length > 0) return;
    this.#gone(pod);
    this.#needs.changed();
  }

  #gone(pod: PodObject): void {
    const { namespace, name, uid } = pod.metadata;
    const leaving = this.#leaving.get(uid);
    this.#leaving.delete(uid);
    this.#needs.store.remove('Pod', namespace, name, leaving?.actor ?? byCluster);
    this.#tellGone(pod, leaving ?? { how: 'deleted', actor: byCluster });
  }

  #tellGone(pod: PodObject, { how, actor, forced = false, budgetBroken }: Gone): void {
    const { namespace, name } = pod.metadata;
    this.#world.emit({
      type: 'pod-gone',
      namespace: namespace ?? 'default',
      pod: name,
      node: pod.spec.nodeName ?? '',
      how,
      forced,
      ...(budgetBroken === undefined ? {} : { budgetBroken }),
      emptyDirLost: pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true,
      actor,
    });
  }
}
