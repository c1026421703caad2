import type { Timer } from '../kernel.ts';
import type { Actor } from '../world/actor.ts';
import type { Component, Host } from '../world/host.ts';
import { backOff, type Span } from './static-pod-times.ts';

type Name = Component['name'];

/** From SIGTERM until the process is gone (lab, 1.35.4): an API server that nobody kills waits out a minute. */
const ending: Readonly<Record<Name, Span>> = {
  etcd: [4500, 6500],
  'kube-apiserver': [60_000, 60_500],
  'kube-controller-manager': [20, 100],
  'kube-scheduler': [20, 100],
};

/** From the end of a container until the kubelet has started it again, the first time (lab, 1.35.4). */
const again: Span = [800, 2000];

/** CrashLoopBackOff: not the first time, then 10 s, doubled up to 5 min; forgotten after 10 min (kubelet, MaxContainerBackOff; lab). */
const [firstBackoffMs, mostBackoffMs] = backOff;
const forgottenMs = 600_000;

/** How long a controller manager or scheduler that leads goes on without its API server (lab, 1.35.4; leaseDuration 15 s). */
const leadsOn: Span = [15_000, 22_000];

const leaders = ['kube-controller-manager', 'kube-scheduler'] as const;

export interface InPlaceNeeds {
  /** The container is gone, through whoever ended it. */
  readonly stop: (name: Name, actor: Actor) => void;
  /** Its process has heard SIGTERM: it serves nobody any more, and is still there. */
  readonly leave: (name: Name, actor: Actor) => void;
  /** Starts the container of the pod that the kubelet has in hand anew; nothing where its manifest is gone. */
  readonly start: (name: Name, actor: Actor) => void;
}

interface Ended {
  readonly count: number;
  readonly at: number;
}

/** Containers whose process somebody ended, while their manifest stays where it is: the kubelet starts them again. */
export class InPlaceRestarts {
  readonly #host: Host;
  readonly #needs: InPlaceNeeds;
  readonly #endings = new Map<Name, Timer>();
  readonly #starts = new Map<Name, Timer>();
  readonly #ended = new Map<Name, Ended>();

  constructor(host: Host, needs: InPlaceNeeds) {
    this.#host = host;
    this.#needs = needs;
  }

  /** A signal to the process of a container. */
  signal(name: Name, signal: 'TERM' | 'KILL', actor: Actor): void {
    const state = this.#host.components.get(name)?.state ?? 'stopped';
    if (state === 'stopped') return;
    if (signal === 'KILL') {
      this.#gone(name, actor);
      return;
    }
    if (state === 'ending') return;
    this.#needs.leave(name, actor);
    this.#endings.set(
      name,
      this.#host.kernel.after(this.#draw(ending[name]), () => this.#gone(name, actor)),
    );
    if (name === 'kube-apiserver') this.#leaveLeaders(actor);
  }

  /** Whether its pod is the same as before, only its container not there at this moment. */
  restarts(name: Name): boolean {
    return this.#starts.has(name);
  }

  /** No kubelet starts anything now. */
  kubeletStopped(): void {
    for (const name of this.#starts.keys()) this.#host.kernel.cancel(this.#starts.get(name));
    this.#starts.clear();
  }

  /** Something else has the container in hand. */
  forget(name: Name): void {
    this.#host.kernel.cancel(this.#endings.get(name));
    this.#host.kernel.cancel(this.#starts.get(name));
    this.#endings.delete(name);
    this.#starts.delete(name);
  }

  #draw([low, high]: Span): number {
    return this.#host.world.random.between(low, high);
  }

  #gone(name: Name, actor: Actor): void {
    const { kernel, kubelet } = this.#host;
    this.#needs.stop(name, actor);
    const before = this.#ended.get(name);
    const count = before === undefined || kernel.now - before.at > forgottenMs ? 1 : before.count + 1;
    this.#ended.set(name, { count, at: kernel.now });
    if (kubelet.running === undefined) return;
    const backoff = count === 1 ? 0 : Math.min(mostBackoffMs, firstBackoffMs * 2 ** (count - 2));
    const timer = kernel.after(backoff + this.#draw(again), () => {
      this.#starts.delete(name);
      if (this.#host.components.get(name)?.state === 'stopped') this.#needs.start(name, actor);
    });
    this.#starts.set(name, timer);
  }

  /** Who leads and cannot say so ends by itself; who does not lead waits. With one control plane both lead. */
  #leaveLeaders(actor: Actor): void {
    const { components, kernel, world } = this.#host;
    const alone = [...world.hosts.values()].filter(({ role }) => role === 'control-plane').length === 1;
    for (const name of leaders) {
      const { pid } = components.get(name) ?? {};
      if (!alone && !world.random.chance(0.4)) continue;
      kernel.after(this.#draw(leadsOn), () => {
        const still = components.get('kube-apiserver')?.state !== 'running' && components.get(name)?.pid === pid;
        if (still && components.get(name)?.state === 'running') this.#gone(name, actor);
      });
    }
  }
}
