import { apiState } from '../cluster/api-state.ts';
import { updateBudgets } from '../cluster/budgets.ts';
import { Controllers } from '../cluster/controllers.ts';
import { EtcdMembers } from '../cluster/etcd-members.ts';
import { seedObjects } from '../cluster/first-world.ts';
import { namespaceObject, ordinaryWorkloads } from '../cluster/first-objects.ts';
import { reach } from '../cluster/endpoints.ts';
import { HostParts } from '../cluster/host-parts.ts';
import { kubeletServer } from '../cluster/kubelet.ts';
import { registerNode } from '../cluster/first-nodes.ts';
import { layOutKubernetes } from '../cluster/kubernetes-files.ts';
import { isNode, listOf, type Maker, type NodeObject } from '../cluster/objects.ts';
import { NodeHealth } from '../cluster/node-health.ts';
import { PodLifecycle } from '../cluster/pod-lifecycle.ts';
import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { WorldEvent } from './events.ts';
import type { ApiState, Host, World } from './host.ts';
import { ObjectStore } from './object-store.ts';
import type { Archive, KubeObject, Offers } from './world.ts';
import { byCluster, type Actor } from './actor.ts';
import { createHost, hostName, type BareHost } from './create-host.ts';
import type { WorldWish } from './world-wish.ts';

/** What an API server makes by itself over an empty etcd. */
const ownNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

const isThere = (store: ObjectStore, daemonSet: string): boolean =>
  store.peek('DaemonSet', 'kube-system', daemonSet) !== undefined;

/** A cluster as kubeadm made it, and what goes on in it by itself. */
class ClusterWorld implements World {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly cluster: string;
  readonly offers: Offers;
  readonly archives: readonly Archive[];
  readonly endpoint: string;
  readonly hosts = new Map<string, Host>();
  readonly objects: ObjectStore;
  readonly etcd: EtcdMembers;
  readonly pods: PodLifecycle;
  readonly containers: World['containers'] = {
    stop: (host, name, actor) => this.#parts.get(host.name)?.stopContainer(name, actor),
    start: (host, name, actor) => this.#parts.get(host.name)?.startContainer(name, actor),
  };
  readonly #listeners: ((event: WorldEvent) => void)[] = [];
  readonly #cordoned = new Set<string>();
  readonly #parts = new Map<string, HostParts>();
  readonly #health: NodeHealth;
  readonly #maker: Maker;
  readonly #version: string;
  readonly #controllers: Controllers;
  /** Kubelets that were started, by whom, and have not found an API since. */
  readonly #unheard = new Map<Host, Actor>();

  constructor(wish: WorldWish) {
    this.kernel = wish.kernel;
    this.random = wish.random;
    this.cluster = wish.cluster;
    this.offers = wish.offers;
    this.archives = wish.archives ?? [];
    this.endpoint = wish.controlPlanes === 1 ? '172.31.0.11:6443' : '172.31.0.2:6443';
    this.objects = new ObjectStore((object, actor) => this.#stored(object, actor));
    this.etcd = new EtcdMembers({
      cluster: wish.cluster,
      hosts: this.hosts,
      changed: () => this.#componentMoved('etcd', byCluster),
      contents: () => this.objects.contents(),
      revision: () => this.objects.revision,
    });
    const maker: Maker = { random: wish.random, now: () => this.kernel.now };
    this.#maker = maker;
    this.#version = wish.version;
    const changed = (): void => this.#controllers.kick();
    const store = this.objects;
    this.#health = new NodeHealth(this, {
      store,
      changed,
      losePods: (node) => this.pods.lose(node),
      register: (host, version) => registerNode(this.objects, maker, host, version),
      hasNetwork: () => wish.networkFrom === undefined || isThere(this.objects, wish.networkFrom),
    });
    this.pods = new PodLifecycle(this, { store, changed, reaches: (host) => this.#health.reaches(host) });
    this.#controllers = new Controllers(this, { store, maker, pods: this.pods }, this.pods);
    if (wish.bare === undefined) this.#build(wish, maker);
    else this.#layBare(wish, wish.bare);
  }

  apiServer(host: string): ApiState {
    return apiState(this.kernel, this.hosts.get(host), this.etcd, (name) =>
      this.#parts.get(name)?.readyAt('kube-apiserver'),
    );
  }

  emit(event: WorldEvent): void {
    this.#follow(event);
    for (const listener of this.#listeners) listener(event);
  }

  listen(listener: (event: WorldEvent) => void): void {
    this.#listeners.push(listener);
  }

  #build(wish: WorldWish, maker: Maker): void {
    const since = Math.floor(this.kernel.now / 86_400_000) * 86_400_000 - (wish.certificatesAge ?? 7) * 86_400_000;
    const about = {
      cluster: wish.cluster,
      endpoint: this.endpoint,
      version: wish.version,
      since,
      hasAuthority: wish.hasAuthority,
      joined: wish.joined,
    };
    for (const role of ['control-plane', 'worker'] as const) {
      const count = role === 'worker' ? wish.workers : wish.controlPlanes;
      for (let index = 1; index <= count; index += 1) {
        const host = createHost(this, role, index, wish.version, (made) => this.#attach(made, maker));
        layOutKubernetes(host, about);
        // Only from here on are changes of its files told.
        this.hosts.set(host.name, host);
        this.#parts.get(host.name)?.adopt(wish.version);
        this.#health.add(host);
        if (role === 'control-plane') this.etcd.add(host.name);
      }
    }
    seedObjects(this, this.objects, maker, wish.version, wish.workloads ?? ordinaryWorkloads);
    for (const parts of this.#parts.values()) parts.seedMirrorPods(this.objects);
    const bare = { worker: wish.bareWorkers, 'control-plane': wish.bareControlPlanes };
    for (const role of ['worker', 'control-plane'] as const)
      for (let each = 1; each <= (bare[role] ?? 0); each += 1)
        this.#addBare(role, each + (role === 'worker' ? wish.workers : wish.controlPlanes));
  }

  #layBare(wish: WorldWish, bare: (host: string) => BareHost): void {
    for (const name of ownNamespaces) this.objects.seed(namespaceObject(this.#maker, name));
    for (const role of ['control-plane', 'worker'] as const)
      for (let index = 1; index <= (role === 'worker' ? wish.workers : wish.controlPlanes); index += 1)
        this.#addBare(role, index, bare(hostName(wish.cluster, role, index)));
  }

  #addBare(role: Host['role'], index: number, bare: BareHost = { has: 'packages' }): Host {
    const host = createHost(this, role, index, this.#version, (made) => this.#attach(made, this.#maker), bare);
    this.hosts.set(host.name, host);
    this.#health.add(host);
    this.#health.look();
    return host;
  }

  exchange({ name, role }: Host): Host {
    this.#health.drop(name);
    return this.#addBare(role, Number(/\d+$/.exec(name)?.[0]));
  }

  #attach(host: Host, maker: Maker): HostParts {
    const parts = new HostParts(host, {
      maker,
      store: this.objects,
      health: this.#health,
      opensEtcd: (name) => this.etcd.open(name),
      etcdAnswers: (name) => this.etcd.answers(name) && !this.etcd.learning.isNew(name),
      kubeletBegan: (begun, actor) => {
        this.#unheard.set(begun, actor);
        this.#hear();
      },
    });
    this.#parts.set(host.name, parts);
    return parts;
  }

  #stored(object: KubeObject, actor: Actor): void {
    const { namespace = '', name } = object.metadata;
    if (object.kind === 'Pod' || object.kind === 'PodDisruptionBudget') updateBudgets(this.objects, namespace);
    if (isNode(object)) this.#cordons(object, actor);
    if (object.kind !== 'PodDisruptionBudget' && object.kind !== 'Lease') this.#controllers.kick();
    this.emit({ type: 'object-changed', kind: object.kind, namespace, name, actor });
  }

  #cordons(node: NodeObject, actor: Actor): void {
    const { name } = node.metadata;
    if (this.objects.peek('Node', undefined, name) === undefined) {
      this.#cordoned.delete(name);
      this.#controllers.nodeGone(name);
      return;
    }
    const cordoned = node.spec.unschedulable === true;
    if (cordoned === this.#cordoned.has(name)) return;
    if (cordoned) this.#cordoned.add(name);
    else this.#cordoned.delete(name);
    this.emit({ type: cordoned ? 'cordoned' : 'uncordoned', node: name, actor });
  }

  /** What follows by itself from what has just happened. */
  #follow(event: WorldEvent): void {
    if (event.type === 'file-changed') this.#parts.get(event.host)?.fileChanged(event.path, event.actor);
    else if (event.type === 'host-down') this.#parts.get(event.host)?.powerLost(event.actor);
    else if (event.type === 'kubelet-started') this.#health.look();
    else if (event.type === 'component-ready' || event.type === 'component-stopped')
      this.#componentMoved(event.component, event.actor);
    if (event.type === 'host-down' || event.type === 'host-up' || event.type === 'kubelet-stopped') this.#health.look();
    if (event.type === 'kubelet-started' || event.type === 'component-ready') this.#controllers.kick();
  }

  #componentMoved(component: string, actor: Actor): void {
    if (component === 'etcd') this.#elect(actor);
    if (component !== 'etcd' && component !== 'kube-apiserver') return;
    this.#health.look();
    this.#hear();
    for (const parts of this.#parts.values()) parts.apiMoved();
    this.#controllers.kick();
  }

  /** The first API that a kubelet finds after its start tells it which pods it has. */
  #hear(): void {
    for (const [host, actor] of this.#unheard) {
      if (host.kubelet.running === undefined) continue;
      const { serving, why } = reach(this, kubeletServer(host)).state;
      if (!serving && why !== 'empty-etcd') continue;
      this.#unheard.delete(host);
      if (!serving) this.pods.forget(host.name, actor);
    }
  }

  /** Members on other data have a quorum: the API shows what is in those. */
  #turn(): void {
    const turned = this.etcd.turn();
    if (turned === undefined) return;
    const { contents, revision } = turned;
    const before = listOf(this.objects, 'Pod');
    if (contents !== undefined) this.objects.replace(contents, revision);
    this.emit({ type: 'etcd-turned', revision, empty: contents === undefined, actor: byCluster });
    if (contents === undefined) return;
    this.pods.replaced(before);
    for (const node of listOf(this.objects, 'Node')) this.#cordons(node, byCluster);
  }

  #elect(actor: Actor): void {
    this.#turn();
    const from = this.etcd.leader;
    this.etcd.elect();
    const to = this.etcd.leader;
    if (from === undefined || from === to) return;
    this.emit({ type: 'leader-moved', from, ...(to === undefined ? {} : { to }), how: 'elected', actor });
  }
}

/** A healthy kubeadm cluster with its hosts, as the lab makes them; nothing has happened in it yet. */
export const createWorld = (wish: WorldWish): World => new ClusterWorld(wish);
