import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { KubeObject } from '../world/world.ts';
import type { Found } from './found.ts';
import type { History } from './history.ts';
import type { Wish } from './invariant.ts';
import { maintenanceLacks, maintenanceOf, wantsRestart, whyKept } from './maintenance.ts';
import type { Maintenance } from './maintenance-wish.ts';
import { kubernetesPackages } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

const marks = '/var/lib/nodeops-marks';

/** By which maintenances a host remembers that it was to be restarted in the boot that has just ended. */
const namesOf = ({ files, boot }: SeenHost): readonly string[] =>
  files.stat(marks) === undefined
    ? []
    : files.list(marks).filter((name) => name.endsWith('.boot') && files.read(`${marks}/${name}`).startsWith(boot.id));

interface DaemonPod {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly state: { readonly running?: { readonly startedAt: string } } }[];
  };
}

const isReady = ({ status }: DaemonPod): boolean =>
  status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;

/**
 * What a maintenance of nodes may not do on its way, beside the twelve invariants: patch what is to stay as it is, restart
 * what nobody asked for or twice, give a node back before its own pods run. A line each.
 */
export class MaintenanceWatch {
  readonly lacks: string[] = [];
  /** How many restarts were ours. */
  restarts = 0;
  /** How many nodes were given back with all done under one drain. */
  drains = 0;
  readonly #world: SeenWorld;
  readonly #wish: Wish;
  readonly #found: Found;
  readonly #history: History;
  /** `host name` of restarts that were. */
  readonly #restarted = new Set<string>();
  /** How far a machine's clock was off when it came up last. */
  readonly #offsets = new Map<string, number>();
  /** Nodes that were given back with an upgrade, and for how many maintenances they had been restarted by then. */
  readonly #done = new Map<string, number>();
  /** Host → who restarted it last, of ours. */
  readonly #ours = new Set<string>();

  constructor(world: SeenWorld, wish: Wish, { found, history }: { readonly found: Found; readonly history: History }) {
    this.#world = world;
    this.#wish = wish;
    this.#found = found;
    this.#history = history;
  }

  event(event: WorldEvent): void {
    if (event.type === 'host-up') this.#offsets.set(event.host, this.#world.hosts.get(event.host)?.clockOffsetMs ?? 0);
    if (this.#wish.maintenance === undefined || event.actor.kind !== 'nodeops') return;
    if (event.type === 'package-changed') this.#packageChanged(event.host, event.name);
    else if (event.type === 'host-down') this.#restart(event.host, this.#wish.maintenance);
    else if (event.type === 'cordoned') this.#taken(event.node);
    else if (event.type === 'uncordoned') this.#givenBack(event.node, this.#wish.maintenance, event.actor);
    // A host that goes down takes its kubelet along.
    else if (this.#wish.maintenance.upgrades === true) return;
    else if (event.type === 'kubelet-stopped' && this.#world.hosts.get(event.host)?.power === 'up')
      this.lacks.push(`${event.host}: its kubelet was restarted, which nobody asked for`);
  }

  #packageChanged(host: string, name: string): void {
    const at = this.#world.hosts.get(host);
    const wish = maintenanceOf(this.#wish, host);
    if (at === undefined || (wish?.upgrades === true && kubernetesPackages.has(name))) return;
    if (wish?.operation !== 'os-patch') {
      this.lacks.push(`${host}: package ${name} was changed, and nobody asked for that`);
      return;
    }
    const held = this.#found.holds.get(host)?.has(name) === true ? 'it is held' : undefined;
    const why = kubernetesPackages.has(name) ? 'it is of Kubernetes' : (held ?? this.#keptAlone(at, name, wish));
    if (why !== undefined) this.lacks.push(`${host}: package ${name} was changed, and ${why}`);
  }

  /** What comes only because something else asks for it is no security update by itself. */
  #keptAlone(host: SeenHost, name: string, wish: Maintenance): string | undefined {
    const isNew = this.#found.packages.get(host.name)?.has(name) !== true;
    return isNew && !wish.excluded.has(name) ? undefined : whyKept(host, name, wish, this.#world);
  }

  #restart(node: string, { reboot, operation }: Maintenance): void {
    this.restarts += 1;
    const host = this.#world.hosts.get(node);
    if (host === undefined) return;
    const mayBe = operation === 'os-patch' || operation === 'reboot';
    if (!mayBe || reboot === 'never' || maintenanceOf(this.#wish, node) === undefined)
      this.lacks.push(`${node} was restarted, and nobody asked for that`);
    else if (reboot === 'required' && !wantsRestart(host))
      this.lacks.push(`${node} was restarted, and had no need to be`);
    const names = namesOf(host);
    if (names.length === 0) this.lacks.push(`${node} was restarted, and does not remember what for`);
    for (const name of names.map((each) => `${node} ${each}`)) {
      if (this.#restarted.has(name)) this.lacks.push(`${node} was restarted twice for one maintenance`);
      this.#restarted.add(name);
    }
    this.#ours.add(node);
  }

  #taken(node: string): void {
    if (maintenanceOf(this.#wish, node) === undefined)
      this.lacks.push(`${node} was cordoned, and takes no part in this`);
  }

  /** One drain is for all that is to be done on a node: who is given back and has something left is drained again. */
  #askOneDrain(node: string, maintenance: Maintenance): void {
    const host = this.#world.hosts.get(node);
    if (maintenance.upgrades !== true || host === undefined) return;
    this.drains += 1;
    const left = [
      ...maintenanceLacks(this.#world, host, maintenance, this.#found),
      ...(host.kubelet.running === this.#wish.version ? [] : [`its kubelet runs ${host.kubelet.running ?? 'not'}`]),
    ];
    if (left.length > 0) this.lacks.push(`${node} was given back before all was done: ${left.join('; ')}`);
    const restarts = [...this.#restarted].filter((each) => each.startsWith(`${node} `)).length;
    const before = this.#done.get(node);
    // Whoever types it anew once it was done, and asks for a restart in any case, asks for another maintenance.
    if (restarts === before) this.lacks.push(`${node} was drained a second time`);
    this.#done.set(node, restarts);
  }

  #givenBack(node: string, maintenance: Maintenance, actor: Actor): void {
    const { operation } = maintenance;
    this.#askOneDrain(node, maintenance);
    if (operation === 'drain' || operation === 'cordon') this.lacks.push(`${node} was given back, and is to stay out`);
    if (operation === 'uncordon' && this.#found.keptOut.delete(node)) this.#found.cordoned.delete(node);
    const host = this.#world.hosts.get(node);
    // A boot of this very moment was not there yet when the step before looked.
    if (host === undefined || !this.#ours.has(node) || !this.#history.couldBeSeenBefore(host.boot.at, actor, node))
      return;
    const daemons: readonly (KubeObject & DaemonPod)[] = this.#world.objects
      .list('Pod', 'kube-system')
      .filter(({ metadata: { name } }) => name.startsWith('kube-proxy-'));
    // What is ready nowhere is not ill because of this node (docs/nodes.md, "When a node is back").
    if (!daemons.some(isReady)) return;
    // A clock that was set since then leaves what began before it as it was written down.
    const offset = Math.min(host.clockOffsetMs, this.#offsets.get(node) ?? Infinity);
    const late = daemons.filter((pod) => {
      const since = Date.parse(pod.status?.containerStatuses?.[0]?.state.running?.startedAt ?? '');
      return pod.spec?.nodeName === node && !(since + 1000 > host.boot.at + offset);
    });
    if (late.length > 0) this.lacks.push(`${node} was given back before its own pods ran again`);
  }
}
