import type { WorldEvent } from '../../world/events.ts';
import type { KubeObject } from '../../world/world.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { controlPlanes } from '../reading.ts';

const epochFile = '/var/lib/nodeops/epoch';

/** Where an event is a deed of whoever is its actor, and not what follows of it later: the host, or the whole cluster. */
const deed = (event: WorldEvent): { readonly host: string | undefined; readonly what: string } | undefined => {
  const { type } = event;
  if (type === 'package-changed' || type === 'hold-changed')
    return { host: event.host, what: `${type} (${event.name})` };
  if (type === 'kubeadm-started') return { host: event.host, what: event.command };
  if (type === 'unit-started') return { host: event.host, what: `unit ${event.unit}` };
  return type === 'cordoned' || type === 'uncordoned' ? { host: undefined, what: `${event.node} ${type}` } : undefined;
};

/** The number in an epoch file, whatever is around it. */
const epochIn = (text: string): number | undefined => {
  const digits = /epoch\D*(\d+)/.exec(text)?.[1] ?? /^\s*(\d+)/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

interface Lease {
  readonly spec?: { readonly holderIdentity?: string };
}

/** An owner that still got answers so lately was there to be seen: a lease lasts a minute. */
const heardMs = 20_000;

interface Raise {
  readonly program: number;
  readonly at: number;
  readonly epoch: number | undefined;
}

class Ownership {
  readonly #scene: Scene;
  /** Host → who wrote its epoch last. */
  readonly #raised = new Map<string, Raise>();
  /** Program → when another one took the whole cluster from it. */
  readonly #lost = new Map<number, number>();
  #owner: number | undefined;
  #released = false;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  raise(host: string, program: number): void {
    const { world, history } = this.#scene;
    const files = world.hosts.get(host)?.files;
    if (files?.stat(epochFile) === undefined) return;
    const epoch = epochIn(files.read(epochFile));
    const before = this.#raised.get(host)?.epoch;
    if (epoch !== undefined && before !== undefined && epoch < before)
      this.#scene.broken(`program ${program} wrote epoch ${epoch} on ${host}, which had ${before}`);
    this.#raised.set(host, { program, at: history.now, epoch });
    const all = controlPlanes(world).filter(({ power }) => power === 'up');
    if (all.every(({ name }) => this.#raised.get(name)?.program === program)) this.#take(program);
  }

  /** The owner has emptied the lease: whoever comes next takes nothing from it. */
  lease(program: number): void {
    const lease: (KubeObject & Lease) | undefined = this.#scene.world.objects.get('Lease', 'kube-system', 'nodeops');
    if (this.#owner === program && lease?.spec?.holderIdentity === '') this.#released = true;
  }

  #take(program: number): void {
    this.#lost.delete(program);
    if (this.#owner === program) return;
    if (this.#owner !== undefined) {
      this.#scene.reached();
      this.#lost.set(this.#owner, this.#scene.history.now);
      if (!this.#released) this.#askSilence(this.#owner, program);
    }
    this.#owner = program;
    this.#released = false;
  }

  /** Only what has been silent for as long as a lease lasts may be taken over. */
  #askSilence(from: number, to: number): void {
    const { history } = this.#scene;
    const owner = history.programs.get(from);
    if (owner?.alive !== true || history.now - owner.answeredAt > heardMs) return;
    const seconds = Math.round((history.now - owner.answeredAt) / 1000);
    this.#scene.broken(`program ${to} took the cluster from program ${from}, which was at work ${seconds} s before`);
  }

  /** What a former owner left running is waited for before anything of the next one begins there. */
  #askUnits(program: number, host: string, unit: string): void {
    const other = this.#scene.history.foreignUnit(program, host);
    if (other === undefined) return;
    this.#scene.reached();
    this.#scene.broken(
      `program ${program} began the unit ${unit} on ${host} while ${other.unit} of program ${other.program} still ran there`,
    );
  }

  /** A unit that began before the takeover goes on: whoever took over adopts it, or waits for it. */
  #adopted(program: number, since: number, event: WorldEvent, host: string | undefined): boolean {
    return event.type !== 'unit-started' && this.#scene.history.hasUnit(program, since, host);
  }

  deed(program: number, event: WorldEvent): void {
    const what = deed(event);
    if (what === undefined) return;
    if (event.type === 'unit-started') this.#askUnits(program, event.host, event.unit);
    const raise = what.host === undefined ? undefined : this.#raised.get(what.host);
    const lost = raise !== undefined && raise.program !== program ? raise.at : this.#lost.get(program);
    if (lost === undefined) {
      // The deeds of a unit left behind take nothing from anybody.
      if (!this.#adopted(program, this.#scene.history.now, event, what.host)) this.#take(program);
      return;
    }
    if (this.#adopted(program, lost, event, what.host)) return;
    const seconds = Math.round((this.#scene.history.now - lost) / 1000);
    this.#scene.broken(
      `program ${program} still wrote (${what.what}${what.host === undefined ? '' : ` on ${what.host}`}) ${seconds} s after program ${raise?.program ?? this.#owner ?? '?'} had taken the cluster over`,
    );
  }
}

/**
 * Whoever has acted, or has written its epoch to every control plane, owns the cluster; a program that lost it so may
 * not act again before it has taken it again. It is taken from nobody who is at work, and what still runs is waited for.
 */
export const oneOwner: Invariant = {
  number: 10,
  title: 'one owner a cluster: nothing of a program takes effect after another has taken over',
  watch: (scene) => {
    const ownership = new Ownership(scene);
    return {
      event: (event) => {
        if (event.actor.kind !== 'nodeops') return;
        if (event.type === 'object-changed' && event.kind === 'Lease') ownership.lease(event.actor.program);
        else if (event.type !== 'file-changed') ownership.deed(event.actor.program, event);
        else if (event.path === epochFile) ownership.raise(event.host, event.actor.program);
      },
    };
  },
};
