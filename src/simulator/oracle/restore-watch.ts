import { databaseFile, readDatabase } from '../cluster/etcd-data.ts';
import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { History } from './history.ts';
import type { Wish } from './invariant.ts';
import type { Note } from './note.ts';
import { controlPlanes } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

/** What a restore is held to while it goes on, beside the invariants. */
export const restoreRules = [
  'rescued-first',
  'api-servers-ended-first',
  'etcd-ended-first',
  'one-snapshot',
  'revision-raised',
  'etcd-before-api-servers',
  'kubelets-after-data',
  'pods-go-on',
] as const;
export type RestoreRule = (typeof restoreRules)[number];

/** What the database of a member is made of, as its file says; undefined where there is none. */
export const databaseOf = ({ files }: SeenHost): string | undefined =>
  files.stat(databaseFile)?.kind === 'file' ? files.read(databaseFile) : undefined;

const isRestored = (world: SeenWorld, text: string | undefined): boolean =>
  text !== undefined && readDatabase(world.cluster, text)?.kind === 'restored';

const isUp = (host: SeenHost, component: 'etcd' | 'kube-apiserver'): boolean =>
  (host.components.get(component)?.state ?? 'stopped') !== 'stopped';

/**
 * Watches a restore of etcd: that what still ran was rescued, that nothing runs over data that are exchanged, that all
 * members are of one snapshot and go on beyond every revision that anybody has seen, and that no kubelet hears of an API
 * before the data are back. None of the twelve invariants, a line each; told of everything after the history was.
 */
export class RestoreWatch {
  readonly lacks: string[] = [];
  /** Rule → how often it could have been broken. */
  readonly reached = new Map<RestoreRule, number>(restoreRules.map((rule) => [rule, 0]));
  /** Host → databases that gave way to others. */
  readonly replaced = new Map<string, string[]>();
  /** Host → when its data were exchanged. */
  readonly exchangedAt = new Map<string, number>();
  /** When the members began to serve what was restored; undefined while they do not. */
  servesSince: number | undefined;
  readonly #world: SeenWorld;
  readonly #restore: NonNullable<Wish['restore']>;
  readonly #history: History;
  readonly #databases: Map<string, string | undefined>;
  #highest: number;
  #rescued = false;
  /** Since when an etcd with what the cluster held has answered with a quorum, and until when. */
  #answers: { readonly since: number; until: number } | undefined;

  constructor(world: SeenWorld, restore: NonNullable<Wish['restore']>, history: History) {
    this.#world = world;
    this.#restore = restore;
    this.#history = history;
    this.#databases = new Map(controlPlanes(world).map((host) => [host.name, databaseOf(host)]));
    this.#highest = world.objects.revision;
    this.#listen();
  }

  note(note: Note): void {
    if (note.type === 'snapshot-kept' && note.verified && note.artifact?.includes('/etcd-before-') === true)
      this.#rescued = true;
    this.#look();
  }

  event(event: WorldEvent): void {
    this.#look();
    if (event.type === 'etcd-turned') this.#turned(event);
    else if (event.type === 'component-stopped' && event.component === 'etcd') this.#etcdEnded(event.host, event.actor);
    else if (event.type === 'file-changed') this.#fileChanged(event.host, event.path, event.actor);
    else if (event.type === 'kubelet-stopped') this.#kubeletEnded(event.host, event.actor);
    else if (event.type === 'pod-gone' && event.how === 'forgotten') this.#forgotten(event);
    this.#listen();
    this.#highest = Math.max(this.#highest, this.#world.objects.revision);
  }

  #ask(rule: RestoreRule, holds: boolean, what: () => string): void {
    this.reached.set(rule, (this.reached.get(rule) ?? 0) + 1);
    if (!holds) this.lacks.push(`restore ${rule}: ${what()}`);
  }

  #listen(): void {
    const { etcd } = this.#world;
    const { now } = this.#history;
    if (this.servesSince !== undefined || !etcd.hasQuorum() || etcd.empty) {
      if (this.#answers?.until === Infinity) this.#answers.until = now;
    } else if (this.#answers?.until !== Infinity) this.#answers = { since: now, until: Infinity };
  }

  #look(): void {
    for (const host of controlPlanes(this.#world)) {
      const before = this.#databases.get(host.name);
      const now = databaseOf(host);
      if (before === now) continue;
      this.#databases.set(host.name, now);
      if (before !== undefined) this.replaced.set(host.name, [...(this.replaced.get(host.name) ?? []), before]);
      if (isRestored(this.#world, now)) this.#exchanged(host);
    }
  }

  #exchanged(host: SeenHost): void {
    this.servesSince = undefined;
    this.exchangedAt.set(host.name, this.#history.now);
    const all = controlPlanes(this.#world);
    const serving = all.filter((each) => each.power === 'up' && isUp(each, 'kube-apiserver')).map(({ name }) => name);
    this.#ask('api-servers-ended-first', serving.length === 0, () => {
      return `the data of ${host.name} were exchanged while the API server of ${serving.join(', ')} ran`;
    });
    this.#ask(
      'etcd-ended-first',
      !isUp(host, 'etcd'),
      () => `the data of ${host.name} were exchanged beneath its etcd`,
    );
  }

  #turned({ revision, empty }: Extract<WorldEvent, { readonly type: 'etcd-turned' }>): void {
    if (empty) return;
    this.servesSince = this.#history.now;
    const all = controlPlanes(this.#world).map((host) => ({ name: host.name, text: databaseOf(host) ?? '' }));
    const [first] = all;
    const data = readDatabase(this.#world.cluster, first?.text ?? '');
    const others = all.filter(({ text }) => text !== first?.text).map(({ name }) => name);
    this.#ask('one-snapshot', others.length === 0, () => {
      return `etcd serves while the data of ${others.join(', ')} are other ones than those of ${first?.name ?? '?'}`;
    });
    const wanted = data?.kind === 'restored' && data.snapshot === this.#restore.snapshot;
    this.#ask('one-snapshot', wanted, () => `etcd serves what is not the snapshot of the backup: ${first?.text ?? ''}`);
    const compacted = this.#world.etcd.compacted >= revision;
    this.#ask('revision-raised', revision > this.#highest && compacted, () => {
      const how = compacted ? `and ${this.#highest} had been seen` : 'and what was before is not compacted';
      return `what was restored goes on at revision ${revision}, ${how}`;
    });
  }

  #forgotten({ namespace, pod, node, actor }: Extract<WorldEvent, { readonly type: 'pod-gone' }>): void {
    const why = `${namespace}/${pod} of ${node} was ended by its kubelet, which was restarted over an empty API`;
    if (actor.kind === 'nodeops') this.lacks.push(`restore pods-go-on: ${why}`);
  }

  #etcdEnded(host: string, actor: Actor): void {
    const program = actor.kind === 'nodeops' ? this.#history.programs.get(actor.program) : undefined;
    if (program === undefined || this.servesSince !== undefined) return;
    const { since, until } = this.#answers ?? { since: Infinity, until: -Infinity };
    if (since > program.startedAt || until < this.#history.now) return;
    this.#ask('rescued-first', this.#rescued, () => `etcd of ${host} was ended, and what it held was not rescued`);
  }

  #fileChanged(name: string, path: string, actor: Actor): void {
    if (actor.kind !== 'nodeops' || path !== '/etc/kubernetes/manifests/kube-apiserver.yaml') return;
    const host = this.#world.hosts.get(name);
    if (host?.files.stat(path) === undefined || !controlPlanes(this.#world).some((each) => this.#hasRestored(each)))
      return;
    this.#ask('etcd-before-api-servers', this.servesSince !== undefined, () => {
      return `the API server of ${name} was started before etcd served what was restored`;
    });
  }

  #hasRestored(host: SeenHost): boolean {
    return isRestored(this.#world, this.#databases.get(host.name));
  }

  /** One of a control plane finds no API before its own etcd runs; one of a worker might find an empty one. */
  #kubeletEnded(name: string, actor: Actor): void {
    const host = this.#world.hosts.get(name);
    if (actor.kind !== 'nodeops' || host === undefined) return;
    const back = host.role === 'control-plane' ? this.#hasRestored(host) : this.servesSince !== undefined;
    if (host.role === 'worker') this.reached.set('pods-go-on', (this.reached.get('pods-go-on') ?? 0) + 1);
    this.#ask('kubelets-after-data', back, () => `the kubelet of ${name} was restarted before the data were back`);
  }
}
