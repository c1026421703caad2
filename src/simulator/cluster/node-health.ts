import { layPodNetwork } from '../host/network.ts';
import { byCluster } from '../world/actor.ts';
import type { Host, World } from '../world/host.ts';
import { micros, seconds } from './clock-text.ts';
import { componentWorks, reach } from './endpoints.ts';
import { kubeletServer } from './kubelet.ts';
import { unreachable, type HealthNeeds, type Pulse } from './node-pulse.ts';
import { conditionOf, listOf, type NodeObject, objectOf, isLease } from './objects.ts';
import { runningStatus, stillRunning } from './pod-status.ts';

/** Source: kubelet, nodeLeaseDurationSeconds 40, renewed at a quarter of it. */
const renewMs = 10_000;
/** Source: kube-controller-manager, --node-monitor-grace-period as observed on the lab. */
const graceMs = 40_000;
/** A kubelet that was started renews its lease 0.2 to 0.5 s later (lab, 1.36.3, five starts). */
const firstRenewalMs = 300;
/** Source: DefaultTolerationSeconds, NoExecute taints of a node that is gone. */
const lostMs = 300_000;

/** Leases and the Ready condition of every node, from whether its kubelet runs and reaches the API. */
export class NodeHealth {
  readonly #world: World;
  readonly #needs: HealthNeeds;
  readonly #pulses: Pulse[] = [];

  constructor(world: World, needs: HealthNeeds) {
    this.#world = world;
    this.#needs = needs;
    needs.store.beforeRead('Lease', () => this.#renew());
  }

  add(host: Host): void {
    const { kernel, random } = this.#world;
    const last = kernel.now - random.below(renewMs);
    this.#pulses.push({
      host,
      renewedFrom: last,
      last,
      micros: random.below(1000),
      watch: undefined,
      status: undefined,
      boot: host.boot.id,
      restarted: false,
      podsAway: false,
      isNew: false,
    });
  }

  /** That machine is gone: whoever has its name next is all that may be heard of. */
  drop(host: string): void {
    const at = this.#pulses.findIndex((pulse) => pulse.host.name === host);
    for (const pulse of at === -1 ? [] : this.#pulses.splice(at, 1))
      for (const timer of [pulse.watch, pulse.status]) this.#world.kernel.cancel(timer);
  }

  /** Whether this host's kubelet reaches an API server now. */
  reaches(host: Host): boolean {
    return host.power === 'up' && reach(this.#world, kubeletServer(host)).state.serving;
  }

  /** Called whenever a kubelet, an API server or etcd has started or stopped. */
  look(): void {
    for (const pulse of this.#pulses) {
      const beats = pulse.host.kubelet.running !== undefined && this.reaches(pulse.host);
      if (beats && pulse.renewedFrom === undefined) this.#resume(pulse);
      else if (!beats && pulse.renewedFrom !== undefined) this.#cease(pulse);
    }
  }

  /** The kubelet was started: it registers its version, with a control plane's API soon to go as well. */
  kubeletStarted(host: Host): void {
    const pulse = this.#pulses.find((one) => one.host === host);
    if (pulse !== undefined) pulse.isNew = true;
    if (pulse === undefined || pulse.renewedFrom === undefined) return;
    this.#report(pulse);
  }

  #lastRenewal(pulse: Pulse): number {
    const { renewedFrom } = pulse;
    if (renewedFrom === undefined || this.#world.kernel.now < renewedFrom) return pulse.last;
    return renewedFrom + Math.floor((this.#world.kernel.now - renewedFrom) / renewMs) * renewMs;
  }

  /** By the host's own clock, as the kubelet writes it. */
  #renew(): void {
    for (const pulse of this.#pulses) {
      const lease = this.#needs.store.peek('Lease', 'kube-node-lease', pulse.host.name);
      if (lease !== undefined && isLease(lease))
        lease.spec.renewTime = micros(this.#lastRenewal(pulse) + pulse.host.clockOffsetMs, pulse.micros);
    }
  }

  #resume(pulse: Pulse): void {
    this.#world.kernel.cancel(pulse.watch);
    pulse.renewedFrom = this.#world.kernel.now + firstRenewalMs;
    this.#report(pulse);
  }

  #cease(pulse: Pulse): void {
    pulse.last = this.#lastRenewal(pulse);
    pulse.renewedFrom = undefined;
    this.#world.kernel.cancel(pulse.status);
    this.#watch(pulse, pulse.last + graceMs);
  }

  #watch(pulse: Pulse, at: number): void {
    pulse.watch = this.#world.kernel.at(at + this.#world.random.below(5000), () => {
      if (pulse.renewedFrom !== undefined) return;
      // Nobody watches while the controllers are away; they give every node a new grace when they are back.
      if (componentWorks(this.#world, 'kube-controller-manager')) this.#unknown(pulse);
      else this.#watch(pulse, this.#world.kernel.now + graceMs);
    });
  }

  #node(pulse: Pulse): NodeObject | undefined {
    return objectOf(this.#needs.store, 'Node', undefined, pulse.host.name);
  }

  #unknown(pulse: Pulse): void {
    const node = this.#node(pulse);
    const ready = node && conditionOf(node, 'Ready');
    if (node === undefined || ready === undefined) return;
    const at = seconds(this.#world.kernel.now);
    for (const condition of node.status.conditions) {
      condition.status = 'Unknown';
      condition.reason = 'NodeStatusUnknown';
      condition.message = 'Kubelet stopped posting node status.';
      condition.lastTransitionTime = at;
    }
    node.spec.taints = [...(node.spec.taints ?? []), ...unreachable];
    this.#needs.store.put(node, byCluster);
    this.#setPods(node.metadata.name, false);
    pulse.podsAway = true;
    pulse.watch = this.#world.kernel.after(lostMs, () => {
      if (pulse.renewedFrom === undefined) this.#needs.losePods(node.metadata.name);
    });
    this.#needs.changed();
  }

  /** A kubelet's first status after its start or its return: 0.8–2.2 s (observed.md 7). */
  #report(pulse: Pulse): void {
    const { kernel, random } = this.#world;
    kernel.cancel(pulse.status);
    pulse.status = kernel.after(random.between(800, 2200), () => this.#post(pulse));
  }

  #post(pulse: Pulse): void {
    const node = this.#node(pulse);
    const version = pulse.host.kubelet.running;
    const ready = node && conditionOf(node, 'Ready');
    if (node === undefined && version !== undefined && pulse.isNew) this.#register(pulse, version);
    if (node === undefined || ready === undefined || version === undefined) return;
    pulse.isNew = false;
    const rebooted = pulse.boot !== pulse.host.boot.id;
    if (rebooted) {
      this.#setPods(node.metadata.name, false);
      pulse.podsAway = true;
      pulse.restarted = true;
    }
    pulse.boot = pulse.host.boot.id;
    for (const condition of node.status.conditions) {
      if (condition.type === 'Ready' && !this.#needs.hasNetwork()) continue;
      condition.status = condition.type === 'Ready' ? 'True' : 'False';
      condition.reason = condition.type === 'Ready' ? 'KubeletReady' : 'KubeletHasNoPressure';
      condition.message = condition.type === 'Ready' ? 'kubelet is posting ready status' : 'kubelet has no pressure';
    }
    const taints = (node.spec.taints ?? []).filter(({ key }) => key !== 'node.kubernetes.io/unreachable');
    if (taints.length === 0) delete node.spec.taints;
    else node.spec.taints = taints;
    node.status.nodeInfo['kubeletVersion'] = `v${version}`;
    node.status.nodeInfo['kubeProxyVersion'] = `v${version}`;
    node.status.nodeInfo['bootID'] = pulse.host.boot.id;
    node.status.nodeInfo['kernelVersion'] = pulse.host.boot.release;
    this.#needs.store.put(node, byCluster);
    if (pulse.podsAway)
      this.#world.kernel.after(this.#world.random.between(2000, 8000), () => {
        // Where the API is away again by then, the next status asks for it again.
        if (pulse.renewedFrom === undefined || !pulse.podsAway) return;
        pulse.podsAway = false;
        this.#setPods(node.metadata.name, true);
        this.#needs.changed();
      });
    this.#needs.changed();
  }

  /**
   * A kubelet that began and finds no Node object of its name makes one, which is Ready once the network of its pods is
   * there. Source: kubelet, `registerWithAPIServer`, once a process.
   */
  #register(pulse: Pulse, version: string): void {
    const { kernel, random } = this.#world;
    pulse.isNew = false;
    pulse.boot = pulse.host.boot.id;
    this.#needs.register(pulse.host, version);
    kernel.after(random.between(3000, 12_000), () => this.#connect(pulse));
    this.#needs.changed();
  }

  #connect(pulse: Pulse): void {
    if (!this.#needs.hasNetwork()) {
      this.#world.kernel.after(2000, () => this.#connect(pulse));
      return;
    }
    if (pulse.renewedFrom === undefined) return;
    layPodNetwork(pulse.host);
    this.#report(pulse);
  }

  /** Pods that run there, not the mirror pods: their kubelet writes those itself. After a boot they were started anew. */
  #setPods(node: string, ready: boolean): void {
    const at = this.#world.kernel.now;
    const pulse = this.#pulses.find(({ host }) => host.name === node);
    const since = ready && pulse?.restarted === true ? at + pulse.host.clockOffsetMs : undefined;
    if (pulse !== undefined && ready) pulse.restarted = false;
    for (const pod of listOf(this.#needs.store, 'Pod')) {
      if (pod.spec.nodeName !== node || pod.status.phase !== 'Running') continue;
      if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) continue;
      pod.status = since === undefined ? stillRunning(pod, ready, at) : runningStatus(pod.spec, { ready, at, since });
      this.#needs.store.put(pod, byCluster);
    }
  }
}
