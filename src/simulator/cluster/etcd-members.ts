import { SimulatorGap } from '../gap.ts';
import { byCluster } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import type { Contents } from '../world/object-store.ts';
import type { Etcd, EtcdMember, EtcdRun } from '../world/world.ts';
import { Identities, identity } from './etcd-identities.ts';
import { endRemoved, Learning } from './etcd-learning.ts';
import { Member } from './etcd-member.ts';
import { founds, isKeptByMost, layLog, startEtcd } from './etcd-start.ts';
import {
  databaseFile,
  digestOf,
  type EtcdData,
  firstDatabase,
  foundingMembers,
  memberIdOf,
  readDatabase,
} from './etcd-data.ts';

/** Entries that a member may be behind and still count as caught up. Source: etcd, server/etcdserver, `isReadyToPromote…` is 90 %. */
const caughtUp = 1000;

/** Where an etcd is that began with nothing, once an API server has put into it what is its own (lab, 1.35.4). */
const foundedRevision = 282;

export interface EtcdNeeds {
  readonly cluster: string;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly changed: () => void;
  /** What the API shows now, to be kept or to be taken the place of. */
  readonly contents: () => Contents;
  readonly revision: () => number;
}

/** A database that became the cluster's, and what the API shows from now on where that is another one's contents. */
export interface Turned {
  readonly contents?: Contents;
  readonly revision: number;
}

const mostKept = 20;
/**
 * The members of the stacked etcd: each is a static pod of one control plane, on the data that lay there when it was
 * started. Members on the same data are one cluster; the API shows that of them which has a quorum.
 */
export class EtcdMembers implements Etcd {
  readonly members: EtcdMember[] = [];
  leader: string | undefined;
  term = 2;
  compacted = 0;
  foundsAnew = false;
  readonly #identities: Identities;
  readonly learning = new Learning();
  readonly #needs: EtcdNeeds;
  /** Host → the database that its process has open; the one of before the simulation where it is missing. */
  readonly #opened = new Map<string, string>();
  /** That of the cluster that the API shows, or showed last. */
  #live: string;
  readonly #kept = new Map<string, Contents>();

  constructor(needs: EtcdNeeds) {
    this.#needs = needs;
    this.#identities = new Identities(needs.cluster, needs.hosts);
    this.#live = firstDatabase(needs.cluster);
  }

  get clusterId(): string {
    return this.#identities.ofCluster(this.#dataIn(this.#live));
  }

  get empty(): boolean {
    return this.#dataIn(this.#live).kind === 'founded';
  }

  add(host: string): void {
    const id = identity(`${this.#identities.first} ${host}`);
    this.members.push(new Member(host, id, this.#needs.changed));
    this.leader ??= host;
    this.#identities.founder ??= host;
    const found = this.#needs.hosts.get(host);
    if (found !== undefined) layLog(found, id, this.#identities.first);
  }

  addLearner(host: string): EtcdMember {
    const found = this.#needs.hosts.get(host);
    if (this.#dataIn(this.#live).kind !== 'first' || found === undefined)
      throw new SimulatorGap('etcdctl member add in an etcd that was restored');
    const member = new Member(host, identity(`${this.clusterId} ${host} ${found.kernel.now}`), this.#needs.changed);
    member.started = false;
    this.members.push(member);
    member.learner = true;
    return member;
  }

  remove(id: string): void {
    const at = this.members.findIndex((member) => member.id === id);
    const [gone] = at === -1 ? [] : this.members.splice(at, 1);
    this.#needs.changed();
    const found = this.#needs.hosts.get(gone?.host ?? '');
    if (found !== undefined) endRemoved(found);
  }

  /** A process begins on the data that lie there; false where it ends at once. */
  open(host: string): boolean {
    const found = this.#needs.hosts.get(host);
    if (found === undefined) return false;
    if (this.members.length === 0 && founds(found, this.#live)) this.add(host);
    const text = startEtcd({
      cluster: this.#needs.cluster,
      host: found,
      founder: this.#identities.founder,
      members: this.members,
      live: this.#live,
      quorum: this.hasQuorum(),
      clusterId: this.clusterId,
      foundsAnew: this.foundsAnew,
    });
    if (text !== undefined) this.#opened.set(host, text);
    return text !== undefined;
  }

  /** It runs and answers its own clients; whether there is a quorum is another question. */
  serving(host: string): boolean {
    const found = this.#needs.hosts.get(host);
    return found?.power === 'up' && found.components.get('etcd')?.state === 'running';
  }

  hasQuorum(): boolean {
    return this.#quorumOf(this.#live);
  }

  answers(host: string): boolean {
    return this.serving(host) && this.#quorumOf(this.#openedBy(host));
  }

  runOf(host: string): EtcdRun {
    const text = this.#openedBy(host);
    const live = text === this.#live;
    const data = this.#dataIn(text);
    const own = this.members.find((member) => member.host === host)?.id ?? '0';
    const revision = data.kind === 'restored' ? data.revision : foundedRevision;
    return {
      clusterId: this.#identities.ofCluster(data),
      memberId: this.#identities.ofMember(data, host) ?? own,
      revision: live && data.kind !== 'founded' ? this.#needs.revision() : revision,
      live,
      empty: data.kind === 'founded',
      quorum: this.#quorumOf(text),
    };
  }

  keep(host: string, snapshot: string): void {
    const { live, empty } = this.runOf(host);
    if (!live || empty) return;
    this.#kept.set(digestOf(snapshot), this.#needs.contents());
    const [oldest = ''] = this.#kept.keys();
    if (this.#kept.size > mostKept) this.#kept.delete(oldest);
  }

  handOver(from: string, to: string): void {
    if (this.leader !== from || from === to) return;
    this.leader = to;
    this.term += 1;
  }

  /** After each start and stop of a member: a leader that is gone, or votes no more, is replaced by the first that may. */
  elect(): void {
    for (const member of this.members)
      if (this.#inLive(member.host)) this.learning.heard(member, this.#needs.hosts.get(member.host));
    const leads = this.members.find(({ host }) => host === this.leader);
    if (leads !== undefined && !leads.learner && this.#inLive(leads.host)) return;
    const next = this.hasQuorum()
      ? this.members.find(({ host, learner, lag }) => !learner && lag <= caughtUp && this.#inLive(host))
      : undefined;
    if (next !== undefined && next.host !== this.leader) this.term += 1;
    this.leader = next?.host;
  }

  /**
   * Where the cluster that the API showed has no quorum, and members on other data have one: from now on it is theirs.
   * @throws SimulatorGap for data of a snapshot that was not taken here.
   */
  turn(): Turned | undefined {
    if (this.hasQuorum()) {
      this.#takeIn();
      return undefined;
    }
    const next = this.members.map(({ host }) => this.#openedBy(host)).find((text) => this.#quorumOf(text));
    if (next === undefined) return undefined;
    // What most members still have on their disks comes back with them.
    if (this.#dataIn(next).kind === 'founded' && isKeptByMost(this.members, this.#needs.hosts, this.#live))
      return undefined;
    this.#live = next;
    this.leader = undefined;
    const data = this.#dataIn(next);
    if (data.kind !== 'restored') return { revision: foundedRevision };
    const contents = this.#kept.get(data.snapshot);
    if (contents === undefined) throw new SimulatorGap(`a snapshot of an etcd that is not simulated: ${data.snapshot}`);
    this.#found(data);
    return { contents, revision: data.revision };
  }

  /** The one that founded the cluster, and did so again for itself alone, is one of theirs: it is sent what they have. */
  #takeIn(): void {
    const host = this.#needs.hosts.get(this.#identities.founder ?? '');
    if (host === undefined || this.#live !== firstDatabase(this.#needs.cluster)) return;
    if (this.#dataIn(this.#openedBy(host.name)).kind !== 'founded') return;
    if (host.files.stat(databaseFile) !== undefined)
      host.files.write(databaseFile, this.#live, byCluster, { mode: 0o600 });
    this.#opened.set(host.name, this.#live);
  }

  /** Every member is a new one. */
  #found({ members, token, revision, compacted }: Extract<EtcdData, { readonly kind: 'restored' }>): void {
    const urls = foundingMembers(members);
    const hosts = this.members.map(({ host }) => host).filter((host) => urls.has(host));
    this.members.splice(
      0,
      Infinity,
      ...hosts.map((host) => new Member(host, memberIdOf(urls.get(host) ?? '', token), this.#needs.changed)),
    );
    this.term = 1;
    this.compacted = compacted ? revision : 0;
  }

  #dataIn(text: string): EtcdData {
    return readDatabase(this.#needs.cluster, text) ?? { kind: 'first' };
  }

  #openedBy(host: string): string {
    return this.#opened.get(host) ?? firstDatabase(this.#needs.cluster);
  }

  #inLive(host: string): boolean {
    return this.serving(host) && this.#openedBy(host) === this.#live;
  }

  #quorumOf(text: string): boolean {
    const data = this.#dataIn(text);
    const runs = (host: string): boolean => this.serving(host) && this.#openedBy(host) === text;
    if (data.kind === 'founded') return runs(data.by);
    if (data.kind === 'restored' && text !== this.#live) {
      const names = [...foundingMembers(data.members).keys()];
      return names.filter(runs).length * 2 > names.length;
    }
    const voters = this.members.filter(({ learner }) => !learner);
    const fit = voters.filter(({ host, lag }) => runs(host) && lag <= caughtUp);
    return fit.length * 2 > voters.length;
  }
}
