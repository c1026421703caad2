import type { WorldEvent } from '../world/events.ts';
import type { CreateWish } from './create-wish.ts';
import type { Note } from './note.ts';
import type { SeenWorld } from './seen-world.ts';

/** What the making and the end of a cluster are held to, beside the invariants (docs/create.md). */
export const createRules = [
  'refused-untouched',
  'claimed-first',
  'init-once',
  'init-before-join',
  'history-kept',
  'again-nothing',
  'own-only',
  'workers-first',
] as const;
export type CreateRule = (typeof createRules)[number];

/** What is a deed on a host, whatever came of it. */
const deeds: ReadonlySet<WorldEvent['type']> = new Set([
  'package-changed',
  'hold-changed',
  'kubeadm-started',
  'unit-started',
  'file-changed',
] as const);

/**
 * Watches a cluster that is made or ended: nothing is touched where it is refused, each host is claimed before anything is
 * done to it, `kubeadm init` begins one cluster and no second one over it, nobody joins what is not there, and only what is
 * of the cluster is ended, workers first.
 */
export class CreateWatch {
  readonly lacks: string[] = [];
  readonly reached = new Map<CreateRule, number>(createRules.map((rule) => [rule, 0]));
  readonly #world: SeenWorld;
  readonly #wish: CreateWish;
  /** Hosts on which an init runs. */
  readonly #initialising = new Set<string>();
  #initialised: string | undefined;
  readonly #reset = new Set<string>();
  #touched: string | undefined;

  constructor(world: SeenWorld, wish: CreateWish) {
    this.#world = world;
    this.#wish = wish;
    const begun = [...world.hosts.values()].find(({ files }) => files.stat('/var/lib/nodeops-host/sim/initialised'));
    this.#initialised = wish.kind === 'create' ? undefined : begun?.name;
  }

  event(event: WorldEvent): void {
    if (event.type === 'etcd-turned')
      this.#ask('history-kept', this.#wish.kind === 'reset', () => 'etcd began another history');
    if (event.type === 'kubeadm-ended' && event.command === 'init') {
      this.#initialising.delete(event.host);
      if (event.code === 0) this.#initialised = event.host;
    }
    if (event.type === 'host-down' || event.type === 'unit-ended') this.#initialising.delete(event.host);
    if (event.actor.kind !== 'nodeops' || !('host' in event) || !deeds.has(event.type)) return;
    // Whose turn it is stands on each host of ours: it is written before a gate may find a host that it could not ask before.
    const isEpoch = event.type === 'file-changed' && event.path.startsWith('/var/lib/nodeops/epoch');
    if (!isEpoch) this.#touched ??= `${event.host}: ${event.type}`;
    if (this.#wish.kind === 'create' && event.type !== 'file-changed' && event.type !== 'unit-started')
      this.#ask(
        'claimed-first',
        this.#isClaimed(event.host),
        () => `${event.host}: ${event.type}, and nobody claimed it`,
      );
    if (event.type === 'kubeadm-started') this.#kubeadm(event.host, event.command);
  }

  note(note: Note): void {
    if (note.type === 'command-sent' && note.effect === 'write' && this.#wish.kind === 'again')
      this.#ask('again-nothing', false, () => `a write was sent to ${note.node}: ${note.line.slice(0, 120)}`);
    if (note.type !== 'program-ended') return;
    if (this.#wish.refused !== undefined)
      this.#ask(
        'refused-untouched',
        this.#touched === undefined,
        () => `${this.#touched ?? ''}, where it was to be refused`,
      );
    if (this.#wish.kind === 'again') this.#ask('again-nothing', this.#touched === undefined, () => this.#touched ?? '');
  }

  #ask(rule: CreateRule, holds: boolean, what: () => string): void {
    this.reached.set(rule, (this.reached.get(rule) ?? 0) + 1);
    if (!holds) this.lacks.push(`create ${rule}: ${what()}`);
  }

  #isClaimed(host: string): boolean {
    return this.#world.hosts.get(host)?.files.stat(`/var/lib/nodeops-host/${this.#world.cluster}/host`) !== undefined;
  }

  #kubeadm(host: string, command: string): void {
    if (command === 'init') {
      const first = [...this.#world.hosts.values()].find(({ role }) => role === 'control-plane')?.name;
      const free = this.#initialised === undefined && this.#initialising.size === 0 && host === first;
      this.#ask('init-once', free, () => `kubeadm init on ${host}, where a cluster was begun already`);
      this.#initialising.add(host);
    }
    if (command === 'join')
      this.#ask('init-before-join', this.#initialised !== undefined, () => `${host} joins, and there is no cluster`);
    if (command === 'reset') this.#ends(host);
  }

  #ends(host: string): void {
    const { kind, foreign } = this.#wish;
    if (kind !== 'reset') {
      this.#ask(
        'history-kept',
        this.#initialised === undefined,
        () => `${host} was reset, and it is part of a cluster`,
      );
      return;
    }
    this.#ask('own-only', host !== foreign, () => `${host} was reset, and it belongs to another cluster`);
    this.#reset.add(host);
    if (this.#world.hosts.get(host)?.role !== 'control-plane') return;
    const left = [...this.#world.hosts.values()].filter(
      ({ name, role }) => role === 'worker' && !this.#reset.has(name),
    );
    this.#ask(
      'workers-first',
      left.length === 0,
      () => `${host} was reset before ${left.map(({ name }) => name).join(', ')}`,
    );
  }
}
