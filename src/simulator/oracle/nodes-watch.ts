import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { NodesWish } from './nodes-wish.ts';
import { controlPlanes, isReady, memberTrouble, workloadPods } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

/** What nodes that leave or join are held to while that goes on, beside the invariants (docs/create.md). */
export const nodesRules = [
  'only-named',
  'drained-first',
  'member-first',
  'quorum-kept',
  'never-the-last',
  'object-last',
  'one-joins',
  'learner-first',
  'newcomer-stays',
] as const;
export type NodesRule = (typeof nodesRules)[number];

/** The node controller's grace, and a look before. */
const noticedMs = 60_000;

export const isMember = ({ etcd }: SeenWorld, host: string): boolean =>
  etcd.members.some((member) => member.host === host);

export const hasObject = ({ objects }: SeenWorld, node: string): boolean =>
  objects.get('Node', undefined, node) !== undefined;

/**
 * Watches what is taken out of a cluster: only what was named, only once it is drained, its member of etcd before its
 * machine, its Node object last, and never so that the cluster would not go on. And what comes in: only what was named,
 * one control plane at a time, without a vote at first, and not out again. None of the twelve invariants, a line each.
 */
export class NodesWatch {
  readonly lacks: string[] = [];
  /** Rule → how often it could have been broken. */
  readonly reached = new Map<NodesRule, number>(nodesRules.map((rule) => [rule, 0]));
  readonly #world: SeenWorld;
  readonly #wish: NodesWish;
  readonly #objects: Set<string>;
  /** Nodes that the API called Ready when they were last written. */
  readonly #ready: Set<string>;
  /** Those that kubeadm has begun to let in. */
  readonly #begun = new Set<string>();
  /** Those that it is letting in now. */
  readonly #joining = new Set<string>();

  constructor(world: SeenWorld, wish: NodesWish) {
    this.#world = world;
    this.#wish = wish;
    this.#objects = new Set([...world.hosts.keys()].filter((name) => hasObject(world, name)));
    this.#ready = new Set([...this.#objects].filter((name) => isReady(world, name)));
  }

  event(event: WorldEvent): void {
    if (event.type === 'object-changed' && event.kind === 'Node') this.#objectMoved(event.name, event.actor);
    if (event.type === 'unit-ended' || event.type === 'host-down') this.#joining.delete(event.host);
    if (event.actor.kind !== 'nodeops') return;
    if (event.type === 'kubeadm-started' || event.type === 'kubeadm-ended') this.#kubeadm(event);
    else if (event.type === 'member-removed') this.#memberRemoved(event.host);
    else if (event.type === 'member-added') this.#memberAdded(event.host, event.learner);
    else if (event.type === 'member-promoted') this.#agrees(`${event.host} got its vote`);
    else if (event.type === 'component-stopped' && event.component === 'etcd') this.#etcdEnded(event.host);
    else if (event.type === 'kubelet-stopped') this.#kubeletEnded(event.host);
  }

  #kubeadm({ type, command, host }: Extract<WorldEvent, { type: 'kubeadm-started' | 'kubeadm-ended' }>): void {
    if (type === 'kubeadm-started' && command === 'reset') this.#reset(host);
    if (command !== 'join') return;
    this.#joining.delete(host);
    if (type === 'kubeadm-ended') return;
    this.#ask('only-named', this.#wish.joins.has(host), () => `${host} was to join, and nobody asked for it`);
    this.#begun.add(host);
    if (this.#world.hosts.get(host)?.role !== 'control-plane') return;
    this.#ask('one-joins', this.#joining.size === 0, () => {
      return `${host} was to join while ${[...this.#joining].join(', ')} joined`;
    });
    this.#joining.add(host);
  }

  #memberAdded(host: string, learner: boolean): void {
    this.#ask('only-named', this.#wish.joins.has(host), () => `${host} got a member of etcd, and nobody asked for it`);
    this.#ask('learner-first', learner, () => `the member of ${host} came as a voter`);
  }

  #agrees(what: string): void {
    this.#ask('quorum-kept', this.#world.etcd.hasQuorum(), () => `${what}, and etcd has no quorum any more`);
  }

  #hasQuorum(what: string): void {
    const voters = this.#world.etcd.members.filter(({ learner }) => !learner);
    const well = voters.filter((member) => memberTrouble(this.#world, member) === undefined);
    this.#ask('quorum-kept', well.length >= Math.floor(voters.length / 2) + 1, () => {
      return `${what}, and ${well.length} of the ${voters.length} voters that there are now are well`;
    });
  }

  #ask(rule: NodesRule, holds: boolean, what: () => string): void {
    this.reached.set(rule, (this.reached.get(rule) ?? 0) + 1);
    if (!holds) this.lacks.push(`nodes ${rule}: ${what()}`);
  }

  #objectMoved(name: string, actor: Actor): void {
    const [was, is] = [this.#objects.has(name), hasObject(this.#world, name)];
    const wasReady = this.#ready.delete(name);
    if (is && isReady(this.#world, name)) this.#ready.add(name);
    if (was === is) return;
    if (is) this.#objects.add(name);
    else this.#objects.delete(name);
    if (is) this.#ask('only-named', this.#wish.joins.has(name), () => `${name} became a node, and nobody asked for it`);
    if (is || actor.kind !== 'nodeops') return;
    this.#leaves(name, 'its Node object was deleted');
    const host = this.#world.hosts.get(name);
    if (host?.role === 'control-plane')
      this.#ask('member-first', !isMember(this.#world, name), () => {
        return `the Node object of ${name} was deleted while its member was in etcd’s list`;
      });
    const isHeard = this.#wish.gone ? wasReady : host?.power === 'up' && host.kubelet.running !== undefined;
    this.#ask('object-last', !isHeard, () => `the Node object of ${name} was deleted while its kubelet ran`);
  }

  #leaves(name: string, what: string): void {
    this.#ask('newcomer-stays', !this.#begun.has(name), () => `${name}: ${what}, and it was on its way in`);
    this.#ask('only-named', this.#wish.leaves.has(name), () => `${name}: ${what}, and nobody named it`);
    const host = this.#world.hosts.get(name);
    if (host?.role !== 'control-plane') return;
    const others = controlPlanes(this.#world).filter((each) => each !== host && this.#objects.has(each.name));
    this.#ask('never-the-last', others.length > 0, () => `${name}: ${what}, and it was the last control plane`);
    const serving = others.filter((each) => !this.#isLongAway(each));
    this.#ask('never-the-last', this.#wish.gone || serving.length > 0, () => {
      return `${name}: ${what}, and no other control plane had an API server`;
    });
  }

  /** Long enough that the API shows it: its node is not heard of any more. */
  #isLongAway({ power, components }: SeenHost): boolean {
    const server = components.get('kube-apiserver');
    const isAway = power !== 'up' || server === undefined || server.state !== 'running';
    return isAway && this.#world.kernel.now - (server?.since ?? -Infinity) > noticedMs;
  }

  #reset(name: string): void {
    this.#leaves(name, 'it was reset');
    this.#ask('only-named', !this.#wish.gone, () => `${name} was reset, and it was said to be gone`);
    if (this.#world.hosts.get(name)?.role === 'control-plane') this.#askMember(name, 'it was reset');
  }

  #askMember(name: string, what: string): void {
    this.#ask('member-first', !isMember(this.#world, name), () => {
      return `${name}: ${what} while its member was in etcd’s list`;
    });
  }

  #etcdEnded(name: string): void {
    if (this.#wish.joins.has(name)) this.#agrees(`the etcd of ${name} was ended`);
    else if (this.#wish.leaves.has(name)) this.#askMember(name, 'its etcd was ended');
  }

  #kubeletEnded(name: string): void {
    // What joins is a machine on its way in: its kubelet is begun anew where that was cut off.
    if (!this.#wish.leaves.has(name) || this.#wish.joins.has(name)) return;
    const pods = hasObject(this.#world, name) ? workloadPods(this.#world, name) : [];
    this.#ask('drained-first', pods.length === 0, () => {
      const names = pods.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
      return `the kubelet of ${name} was ended beneath ${names.join(', ')}`;
    });
  }

  /** Those that are left have to agree on everything from now on. */
  #memberRemoved(name: string): void {
    this.#leaves(name, 'its member was removed');
    this.#hasQuorum(`the member of ${name} was removed`);
  }
}
