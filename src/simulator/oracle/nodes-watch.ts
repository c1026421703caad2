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
] as const;
export type NodesRule = (typeof nodesRules)[number];

/** The node controller's grace, and a look before. */
const noticedMs = 60_000;

const isMember = ({ etcd }: SeenWorld, host: string): boolean => etcd.members.some((member) => member.host === host);

const hasObject = ({ objects }: SeenWorld, node: string): boolean => objects.get('Node', undefined, node) !== undefined;

/**
 * Watches what is taken out of a cluster: only what was named, only once it is drained, its member of etcd before its
 * machine, its Node object last, and never so that the cluster would not go on. None of the twelve invariants, a line
 * each.
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

  constructor(world: SeenWorld, wish: NodesWish) {
    this.#world = world;
    this.#wish = wish;
    this.#objects = new Set([...world.hosts.keys()].filter((name) => hasObject(world, name)));
    this.#ready = new Set([...this.#objects].filter((name) => isReady(world, name)));
  }

  event(event: WorldEvent): void {
    if (event.type === 'object-changed' && event.kind === 'Node') this.#objectMoved(event.name, event.actor);
    if (event.actor.kind !== 'nodeops') return;
    if (event.type === 'kubeadm-started' && event.command === 'reset') this.#reset(event.host);
    else if (event.type === 'member-removed') this.#memberRemoved(event.host);
    else if (event.type === 'component-stopped' && event.component === 'etcd') this.#etcdEnded(event.host);
    else if (event.type === 'kubelet-stopped') this.#kubeletEnded(event.host);
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
    if (this.#wish.leaves.has(name)) this.#askMember(name, 'its etcd was ended');
  }

  #kubeletEnded(name: string): void {
    if (!this.#wish.leaves.has(name)) return;
    const pods = hasObject(this.#world, name) ? workloadPods(this.#world, name) : [];
    this.#ask('drained-first', pods.length === 0, () => {
      const names = pods.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
      return `the kubelet of ${name} was ended beneath ${names.join(', ')}`;
    });
  }

  /** Those that are left have to agree on everything from now on. */
  #memberRemoved(name: string): void {
    this.#leaves(name, 'its member was removed');
    const voters = this.#world.etcd.members.filter(({ learner }) => !learner);
    const well = voters.filter((member) => memberTrouble(this.#world, member) === undefined);
    this.#ask('quorum-kept', well.length >= Math.floor(voters.length / 2) + 1, () => {
      return `the member of ${name} was removed, and ${well.length} of the ${voters.length} voters that are left are well`;
    });
  }
}

const traces = [
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/super-admin.conf',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/bootstrap-kubelet.conf',
  '/etc/kubernetes/controller-manager.conf',
  '/etc/kubernetes/scheduler.conf',
  '/etc/kubernetes/pki/ca.crt',
  '/etc/kubernetes/pki/ca.key',
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/pki',
  '/var/lib/etcd/member',
];

const emptied = ['/etc/kubernetes/manifests', '/etc/cni/net.d'];

/** What of a cluster is left on a host that has left it; its own rules of a firewall have to be there. */
export const bareLacks = ({ files, kubelet, components, network, power }: SeenHost): readonly string[] => {
  if (power !== 'up') return [];
  const running = [...components.values()].filter(({ state }) => state !== 'stopped');
  return [
    ...traces.filter((path) => files.stat(path) !== undefined).map((path) => `${path} is left`),
    ...emptied.flatMap((path) =>
      files.stat(path) === undefined ? [] : files.list(path).map((name) => `${path}/${name} is left`),
    ),
    ...(kubelet.running === undefined ? [] : ['its kubelet runs']),
    ...running.map(({ name }) => `its ${name} runs`),
    ...[...network.interfaces].map((name) => `the interface ${name} is left`),
    ...network.rules.filter((rule) => /KUBE-|CNI-/.test(rule)).map((rule) => `the rule ${rule} is left`),
    ...(network.rules.some((rule) => !/KUBE-|CNI-/.test(rule)) ? [] : ['its own firewall has lost its rules']),
  ];
};

export const recordsLeft = ({ name, files }: SeenHost): readonly string[] => {
  const records = '/var/lib/nodeops-host';
  if (files.stat(records) === undefined) return [];
  return files
    .list(records)
    .flatMap((cluster) => files.list(`${records}/${cluster}`).map((file) => `${cluster}/${file}`))
    .filter((file) => /(?:join[^/]*|upload|init)\.yaml$/.test(file))
    .map((file) => `${name}: ${records}/${file} is left, and a token is in it`);
};

/** Tokens and keys that were made for a join, wherever they may lie. */
const secretsLeft = (world: SeenWorld): readonly string[] => [
  ...world.objects
    .list('Secret', 'kube-system')
    .filter(({ metadata: { name } }) => name === 'kubeadm-certs' || name.startsWith('bootstrap-token-'))
    .map(({ metadata }) => `the Secret ${metadata.name} is left`),
  ...[...world.hosts.values()].flatMap(recordsLeft),
];

/** What still differs from what was asked for, of the nodes that leave and of what joins needed. */
export const nodesLacks = (world: SeenWorld, wish: NodesWish | undefined): readonly string[] => {
  if (wish === undefined) return [];
  const gone = [...wish.leaves].filter((name) => !wish.joins.has(name));
  return [
    ...gone.flatMap((name) => {
      const host = world.hosts.get(name);
      return [
        ...(hasObject(world, name) ? ['its Node object is left'] : []),
        ...(isMember(world, name) ? ['its member of etcd is left'] : []),
        ...(wish.gone || host === undefined ? [] : bareLacks(host)),
      ].map((lack) => `${name}: ${lack}`);
    }),
    ...secretsLeft(world),
  ];
};
