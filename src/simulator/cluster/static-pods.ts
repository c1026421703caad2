import type { Job, Task, Timer } from '../kernel.ts';
import { byCluster, type Actor } from '../world/actor.ts';
import type { Component, Host } from '../world/host.ts';
import { begunComponent } from './begun-component.ts';
import { CrashLoops } from './crash-loops.ts';
import { InPlaceRestarts } from './in-place-restarts.ts';
import { componentNames, imageIn, manifestPath } from './manifests.ts';
import type { StaticPodNeeds } from './static-pod-needs.ts';
import { crashMs, farewellMs, mirrorPodMs, notice, start, swap, type Span } from './static-pod-times.ts';

type Name = Component['name'];

/** One control plane's static pods: the files that its kubelet watches, and the containers that it runs for them. */
export class StaticPods {
  readonly #host: Host;
  readonly #needs: StaticPodNeeds;
  /** The manifest text that each container was started from. */
  readonly #texts = new Map<Name, string>();
  readonly #jobs = new Map<Name, Job<void>>();
  readonly #starts = new Map<Name, Timer>();
  /** Known to the kubelet as another pod than the one whose container still runs. */
  readonly #leaving = new Set<Name>();
  /** Containers that ended by themselves, until a new kubelet knows nothing of that. */
  readonly #crashes: CrashLoops<Name>;
  /** Changed while a swap was under way: looked at again after it. */
  readonly #again = new Map<Name, Actor>();
  readonly #inPlace: InPlaceRestarts;

  constructor(host: Host, needs: StaticPodNeeds) {
    this.#host = host;
    this.#needs = needs;
    this.#inPlace = new InPlaceRestarts(host, {
      stop: (name, actor) => this.#end(name, 'stopped', actor),
      leave: (name, actor) => this.#end(name, 'ending', actor),
      start: (name, actor) => {
        const text = this.#manifest(name);
        if (text !== undefined) this.#start(name, text, actor, this.#draw(start[name]));
      },
    });
    this.#crashes = new CrashLoops(host.kernel);
  }

  /** The containers run from before the simulation began. */
  adopt(): void {
    for (const name of componentNames) {
      const text = this.#manifest(name);
      if (text !== undefined) this.#texts.set(name, text);
    }
  }

  textOf(name: Name): string | undefined {
    return this.#texts.get(name);
  }

  /** Its container still runs, for a pod that the kubelet does not know any more: it has no status to tell. */
  isLeaving(name: Name): boolean {
    return this.#leaving.has(name);
  }

  /** Its pod is the one of before, and the kubelet is about to start its container again. */
  restartsInPlace(name: Name): boolean {
    return this.#inPlace.restarts(name);
  }

  signal(name: Name, signal: 'TERM' | 'KILL', actor: Actor): void {
    this.#inPlace.signal(name, signal, actor);
  }

  readyAt(name: Name): number | undefined {
    return this.#starts.get(name)?.at;
  }

  /** A manifest was written, moved or removed. Nothing happens while no kubelet runs. */
  fileChanged(name: Name, actor: Actor): void {
    if (this.#host.kubelet.running === undefined) return;
    this.#look(name, actor);
  }

  /** The kubelet has begun: it takes up what it finds. `restart`: a kubelet of another minor knows none of the pods. */
  kubeletStarted(restart: boolean, actor: Actor): void {
    this.#crashes.forget();
    for (const name of componentNames) {
      const foreign = restart || this.#leaving.has(name);
      if (foreign && this.#host.components.get(name)?.state !== 'stopped') this.#restart(name, actor);
      else this.#look(name, actor);
    }
  }

  /** What was being swapped stays as it is; containers run on. */
  kubeletStopped(): void {
    for (const job of this.#jobs.values()) job.stop();
    this.#jobs.clear();
    this.#again.clear();
    this.#inPlace.kubeletStopped();
    this.#crashes.pause();
  }

  /** The host is off: nothing runs any more. */
  powerLost(actor: Actor): void {
    this.kubeletStopped();
    for (const name of componentNames) this.stop(name, actor);
  }

  /** Ends a container; it stays stopped until something starts it. Also what a fault does to a member. */
  stop(name: Name, actor: Actor): void {
    this.#inPlace.forget(name);
    this.#end(name, 'stopped', actor);
  }

  #end(name: Name, state: 'ending' | 'stopped', actor: Actor): void {
    const component = this.#host.components.get(name);
    this.#leaving.delete(name);
    this.#host.kernel.cancel(this.#starts.get(name));
    this.#starts.delete(name);
    if (component === undefined || component.state === 'stopped') return;
    const served = component.state !== 'ending';
    component.state = state;
    if (!served) {
      this.#needs.moved(name);
      return;
    }
    component.since = this.#host.kernel.now;
    component.stoppedBy = actor;
    this.#host.world.emit({
      type: 'component-stopped',
      host: this.#host.name,
      component: name,
      version: component.version,
      actor,
    });
    this.#needs.moved(name);
  }

  #manifest(name: Name): string | undefined {
    const path = manifestPath(name);
    if (this.#host.files.stat(path) === undefined) return undefined;
    const text = this.#host.files.read(path);
    return imageIn(text) === undefined ? undefined : text;
  }

  #look(name: Name, actor: Actor): void {
    const job = this.#jobs.get(name);
    if (job !== undefined && !job.ended) {
      this.#again.set(name, actor);
      return;
    }
    const text = this.#manifest(name);
    const stopped = (this.#host.components.get(name)?.state ?? 'stopped') === 'stopped';
    if (stopped && this.#crashes.waits(name)) return;
    if (text === (stopped ? undefined : this.#texts.get(name))) return;
    this.#run(name, this.#swap(name, actor));
  }

  #run(name: Name, task: Task<void>): void {
    this.#jobs.set(
      name,
      this.#host.kernel.spawn(task, () => {
        this.#jobs.delete(name);
        const actor = this.#again.get(name);
        this.#again.delete(name);
        if (actor !== undefined) this.#look(name, actor);
      }),
    );
  }

  #draw([low, high]: Span): number {
    return this.#host.world.random.between(low, high);
  }

  *#swap(name: Name, actor: Actor): Task<void> {
    const { kernel } = this.#host;
    yield kernel.now + this.#draw(notice);
    const text = this.#manifest(name);
    const component = this.#host.components.get(name);
    const ran = component !== undefined && component.state !== 'stopped';
    if (ran && text === this.#texts.get(name)) return;
    if (ran) {
      if (text === undefined && name === 'kube-apiserver') yield kernel.now + farewellMs;
      this.stop(name, actor);
      const stuck = text !== undefined && name === 'etcd' && this.#needs.kubeletAsksItself();
      yield kernel.now + (stuck ? mirrorPodMs : 0) + this.#draw(swap[name]);
    }
    const wanted = this.#manifest(name);
    if (wanted !== undefined) this.#start(name, wanted, actor, this.#draw(start[name]));
  }

  /** All at once, with a grace of 2 s; the API server is back after 9–28 s, the others sooner (observed.md 3, 7). */
  #restart(name: Name, actor: Actor): void {
    this.#jobs.get(name)?.stop();
    this.#leaving.add(name);
    this.#run(name, this.#replace(name, actor));
  }

  *#replace(name: Name, actor: Actor): Task<void> {
    const { kernel } = this.#host;
    yield kernel.now + this.#draw([2200, 3000]);
    this.stop(name, actor);
    yield kernel.now + this.#draw([500, 2000]);
    const text = this.#manifest(name);
    const span: Span = name === 'kube-apiserver' ? [7000, 22_000] : [2000, 7000];
    if (text !== undefined) this.#start(name, text, actor, this.#draw(span));
  }

  #start(name: Name, text: string, actor: Actor, ms: number): void {
    const { kernel, components, name: host } = this.#host;
    this.#inPlace.forget(name);
    const begun = begunComponent(this.#host, name, text, actor);
    const { version } = begun;
    components.set(name, begun);
    this.#texts.set(name, text);
    if (name === 'etcd' && !this.#needs.opensEtcd(host)) {
      this.#starts.set(
        name,
        kernel.after(crashMs, () => this.#crash(name)),
      );
      return;
    }
    const ready = (): void => {
      const component = components.get(name);
      if (component?.state !== 'starting') return;
      if (name === 'kube-apiserver' && !this.#needs.etcdAnswers(host)) {
        this.#starts.set(name, kernel.after(crashMs, ready));
        return;
      }
      this.#starts.delete(name);
      this.#crashes.cameUp(name);
      component.state = 'running';
      component.since = kernel.now;
      component.stoppedBy = undefined;
      this.#host.world.emit({ type: 'component-ready', host, component: name, version, actor: byCluster });
      this.#needs.moved(name);
    };
    this.#starts.set(name, kernel.after(ms, ready));
  }

  /** It ends by itself, and its kubelet starts it again after a while. */
  #crash(name: Name): void {
    this.stop(name, byCluster);
    this.#crashes.again(name, () => {
      if (this.#host.kubelet.running !== undefined) this.#look(name, byCluster);
    });
  }
}
