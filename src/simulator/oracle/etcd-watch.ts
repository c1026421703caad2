import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { EtcdMember } from '../world/world.ts';
import { dataIn, manifestPath, memberLacks, type FoundEtcd, type MemberData } from './found-etcd.ts';
import type { History } from './history.ts';
import type { Wish } from './invariant.ts';
import { controlPlanes } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

/** What looking after etcd is held to while it goes on, beside the invariants. */
export const etcdRules = [
  'one-down',
  'quorum',
  'removal',
  'learner-first',
  'old-data',
  'same-history',
  'nothing-else',
  'api-after-vote',
] as const;
export type EtcdRule = (typeof etcdRules)[number];

type ByUs = Extract<Actor, { readonly kind: 'nodeops' }>;
type Stopped = Extract<WorldEvent, { readonly type: 'component-stopped' | 'component-ready' }>;
type Changed = Extract<WorldEvent, { readonly type: 'member-added' | 'member-removed' | 'member-promoted' }>;

const isChange = (event: WorldEvent): event is Changed =>
  event.type === 'member-added' || event.type === 'member-removed' || event.type === 'member-promoted';

/** Where old data of members are set aside (docs/etcd.md, "A member that was lost"). */
const kept = '/var/lib/etcd-nodeops-restores';

const isSame = (a: MemberData, b: MemberData): boolean => a.database === b.database && a.log === b.log;

/**
 * Watches etcd while it gets another image, or a lost member is replaced: that no second member goes down through us and
 * quorum is never lost by our doing, that a member goes out of the list only when it is the lost one, ended, and the others
 * are well, that a new one learns first, that old data are kept from the beginning to the end, and that the others' data
 * are the same all the while. None of the twelve invariants, a line each; told of everything after the history was.
 */
export class EtcdWatch {
  readonly lacks: string[] = [];
  /** Rule → how often it could have been broken. */
  readonly reached = new Map<EtcdRule, number>(etcdRules.map((rule) => [rule, 0]));
  readonly #world: SeenWorld;
  readonly #wish: NonNullable<Wish['etcd']>;
  readonly #found: FoundEtcd;
  readonly #history: History;
  /** Members that are down through us. */
  readonly #down = new Set<string>();
  /** Members that were lost when their manifest was taken away: what the list makes of them afterwards ends nothing of that. */
  readonly #lost = new Set<string>();
  /** Since when there is no quorum. What follows by itself from an event is told before it. */
  #lostAt: number | undefined;
  #revision: number;

  constructor(
    world: SeenWorld,
    wish: NonNullable<Wish['etcd']>,
    { found, history }: { found: FoundEtcd; history: History },
  ) {
    this.#world = world;
    this.#wish = wish;
    this.#found = found;
    this.#history = history;
    this.#lostAt = world.etcd.hasQuorum() ? undefined : -Infinity;
    this.#revision = world.objects.revision;
  }

  event(event: WorldEvent): void {
    const { type, actor } = event;
    if (type === 'component-stopped' && actor.kind === 'nodeops') this.#ended(event);
    if (
      type === 'file-changed' &&
      event.path === manifestPath('etcd') &&
      memberLacks(this.#world, event.host).length > 0
    )
      this.#lost.add(event.host);
    if (type === 'component-ready' && event.component === 'etcd') this.#down.delete(event.host);
    if (type === 'component-ready' && event.component === 'kube-apiserver') this.#served(event.host);
    if (type === 'host-down' && actor.kind !== 'nodeops') this.#down.delete(event.host);
    if (actor.kind === 'nodeops' && isChange(event)) this.#changed(event, actor);
    this.#askQuorum(event);
    this.#askData(event);
    if (this.#world.etcd.hasQuorum()) this.#lostAt = undefined;
    else this.#lostAt ??= this.#history.now;
  }

  #ask(rule: EtcdRule, holds: boolean, what: () => string): void {
    this.reached.set(rule, (this.reached.get(rule) ?? 0) + 1);
    const lack = holds ? undefined : `etcd ${rule}: ${what()}`;
    if (lack !== undefined && !this.lacks.includes(lack)) this.lacks.push(lack);
  }

  get #node(): string | undefined {
    return this.#wish.kind === 'replace' ? this.#wish.node : undefined;
  }

  /** Other voters in trouble that the step before could have seen. */
  #sick(beside: string, actor: ByUs): readonly EtcdMember[] {
    return this.#world.etcd.members.filter(({ host, learner }) => {
      const trouble = this.#history.sickMembers.get(host);
      if (host === beside || trouble === undefined) return false;
      return (!learner || this.#node !== host) && this.#history.couldBeSeen(trouble.since, actor, beside);
    });
  }

  #ended({ host, component, version }: Stopped): void {
    const mayEnd = this.#wish.kind === 'upgrade' ? ['etcd'] : ['kube-apiserver', 'etcd'];
    const isMeant = mayEnd.includes(component) && (this.#node === undefined || this.#node === host);
    this.#ask('nothing-else', isMeant, () => `${component} of ${host} was ended`);
    if (component !== 'etcd') return;
    if (this.#wish.kind === 'upgrade') {
      const done = this.#wish.image.endsWith(`:${version}`);
      this.#ask('nothing-else', !done, () => `etcd of ${host} was ended, and is ${version} already`);
    }
    const others = [...this.#down].filter((each) => each !== host);
    this.#down.add(host);
    this.#ask(
      'one-down',
      others.length === 0,
      () => `etcd of ${host} was ended while that of ${others.join(', ')} is down`,
    );
  }

  /** With one or two members every end of one costs the quorum: that is announced. */
  #askQuorum(event: WorldEvent): void {
    const { actor } = event;
    const ends =
      (event.type === 'component-stopped' && event.component === 'etcd') ||
      event.type === 'host-down' ||
      isChange(event);
    const hadQuorum = this.#lostAt === undefined || this.#lostAt === this.#history.now;
    if (!hadQuorum || actor.kind !== 'nodeops' || !ends) return;
    const voters = this.#world.etcd.members.filter(({ learner }) => !learner).length;
    if (voters <= 2) return;
    const { host } = event;
    const ill = this.#world.etcd.members.filter(
      (each) => each.host !== host && this.#history.sickMembers.has(each.host),
    );
    const unseen = ill.length > this.#sick(host, actor).length;
    const holds = this.#world.etcd.hasQuorum() || unseen;
    this.#ask('quorum', holds, () => `${event.type} of ${host}: ${voters} voters have no quorum since`);
  }

  #changed({ type, host, member, learner }: Changed, actor: ByUs): void {
    const isMeant = this.#node === host;
    const sick = this.#sick(host, actor).map((each) => each.host);
    if (type === 'member-removed') {
      const state = this.#world.hosts.get(host)?.components.get('etcd')?.state ?? 'stopped';
      this.#ask('removal', isMeant, () => `${host} was taken out of the list, and nobody asked for that`);
      this.#ask('removal', state === 'stopped', () => `${host} was taken out of the list while its etcd is ${state}`);
      this.#ask('removal', sick.length === 0, () => `${host} was taken out of the list beside ${sick.join(', ')}`);
      const found = this.#found.ids.get(host);
      const isLost = member === found && (!this.#found.well.has(host) || this.#lost.has(host));
      this.#ask('removal', isLost, () => `${host} was taken out of the list: ${member} is not the one that was lost`);
    }
    if (type === 'member-added') {
      this.#ask('learner-first', learner && isMeant, () => `${host} was added ${learner ? '' : 'as a voter'}`);
      this.#ask('learner-first', sick.length === 0, () => `${host} was added beside ${sick.join(', ')}`);
    }
    if (type === 'member-promoted')
      this.#ask('learner-first', isMeant && this.#isCaughtUp(host), () => `${host} was given its vote too early`);
  }

  #isCaughtUp(host: string): boolean {
    const member = this.#world.etcd.members.find((each) => each.host === host);
    return member?.lag === 0 && this.#world.etcd.runOf(host).memberId === member.id;
  }

  /** An API server on an etcd without a vote, or of another cluster, serves nothing, or what is not theirs. */
  #served(host: string): void {
    if (this.#node !== host || this.#history.stopper(host, 'kube-apiserver')?.kind !== 'nodeops') return;
    const member = this.#world.etcd.members.find((each) => each.host === host);
    const votes = member?.learner === false && this.#world.etcd.runOf(host).live;
    this.#ask('api-after-vote', votes, () => `the API server of ${host} was started before its etcd had a vote`);
  }

  #askData(event: WorldEvent): void {
    const { objects } = this.#world;
    const back = event.type === 'etcd-turned' || objects.revision < this.#revision;
    this.#ask('same-history', !back, () => `what the API shows went from revision ${this.#revision} to another past`);
    this.#revision = Math.max(this.#revision, objects.revision);
    for (const host of controlPlanes(this.#world)) {
      const found = this.#found.data.get(host.name);
      if (found?.database === undefined) continue;
      const isKept = host.name === this.#node ? this.#isKept(host, found) : isSame(dataIn(host), found);
      const rule = host.name === this.#node ? 'old-data' : 'same-history';
      this.#ask(rule, isKept, () => `the data that ${host.name} had are not there any more`);
    }
  }

  #isKept(host: SeenHost, found: MemberData): boolean {
    if (isSame(dataIn(host), found)) return true;
    const asides = host.files.stat(kept) === undefined ? [] : host.files.list(kept);
    return asides.some((name) => isSame(dataIn(host, `${kept}/${name}/old/member`), found));
  }
}
