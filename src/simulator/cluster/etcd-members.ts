import { createHash } from 'node:crypto';
import { SimulatorGap } from '../gap.ts';
import { byCluster } from '../world/actor.ts';
import { FileError } from '../world/files.ts';
import type { Host } from '../world/host.ts';
import type { Contents } from '../world/object-store.ts';
import type { Etcd, EtcdMember, EtcdRun } from '../world/world.ts';
import { Member } from './etcd-member.ts';
import {
  clusterIdOf,
  databaseFile,
  digestOf,
  type EtcdData,
  firstDatabase,
  foundedDatabase,
  foundingMembers,
  memberIdOf,
  readDatabase,
} from './etcd-data.ts';

/** An unsigned 64-bit number as decimal text, always the same for the same words. */
export const identity = (words: string): string =>
  createHash('sha256').update(words).digest().readBigUInt64BE().toString();

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

/** A database that became the cluster's: what the API shows from now on, where it is another one's contents. */
export interface Turned {
  readonly contents?: Contents;
  readonly revision: number;
}

/** So many snapshots are remembered by what is in them. */
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
  readonly #needs: EtcdNeeds;
  /** Host → the database that its process has open; the one of before the simulation where it is missing. */
  readonly #opened = new Map<string, string>();
  /** That of the cluster that the API shows, or showed last. */
  #live: string;
  readonly #kept = new Map<string, Contents>();
  /** Host → the database of a member that was taken out of the list: no etcd begins with it. */
  readonly #removed = new Map<string, string>();

  constructor(needs: EtcdNeeds) {
    this.#needs = needs;
    this.#live = firstDatabase(needs.cluster);
  }

  get #firstId(): string {
    return identity(`${this.#needs.cluster} etcd`);
  }

  get clusterId(): string {
    return this.#idOf(this.#dataIn(this.#live));
  }

  get empty(): boolean {
    return this.#dataIn(this.#live).kind === 'founded';
  }

  add(host: string): void {
    this.members.push(new Member(host, identity(`${this.#firstId} ${host}`), this.#needs.changed));
    this.leader ??= host;
  }

  /**
   * A process begins on the data that lie there. Without any, the one that founded the cluster founds it anew, since its
   * manifest says so, unless the others have a quorum and give it theirs; one that joined ends: false, and so with a
   * database that is torn. Seen on the lab (3 control planes, 3.6.6): `discovery failed`, or raft's `tocommit … is out of
   * range`; the one that joined last came back after an election, which is not modelled.
   */
  open(host: string): boolean {
    const { hosts, cluster } = this.#needs;
    const found = hosts.get(host);
    if (found === undefined) return false;
    const { files } = found;
    if (files.stat(databaseFile) === undefined && (host !== this.members[0]?.host || !this.#foundOn(found)))
      return false;
    const text = files.read(databaseFile);
    if (text === this.#removed.get(host)) return false;
    const data = readDatabase(cluster, text);
    if (data === undefined || (data.kind === 'restored' && !foundingMembers(data.members).has(host))) return false;
    this.#opened.set(host, text);
    return true;
  }

  /** False where there is no room for it. */
  #foundOn({ name, files, kernel }: Host): boolean {
    const directory = databaseFile.slice(0, databaseFile.lastIndexOf('/'));
    const text = this.hasQuorum() ? this.#live : foundedDatabase(this.#needs.cluster, name, kernel.now);
    try {
      files.makeDirectory(directory, byCluster, { parents: true, mode: 0o700 });
      files.write(databaseFile, text, byCluster, { mode: 0o600 });
      return true;
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== 'ENOSPC') throw error;
      return false;
    }
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
    return this.serving(host) && !this.#removed.has(host) && this.#quorumOf(this.#openedBy(host));
  }

  runOf(host: string): EtcdRun {
    const text = this.#openedBy(host);
    const live = text === this.#live;
    const data = this.#dataIn(text);
    const own = this.members.find((member) => member.host === host)?.id ?? '0';
    const revision = data.kind === 'restored' ? data.revision : foundedRevision;
    const url = data.kind === 'restored' ? foundingMembers(data.members).get(host) : undefined;
    return {
      clusterId: this.#idOf(data),
      memberId: data.kind === 'restored' ? memberIdOf(url ?? '', data.token) : own,
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
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }

  remove(member: EtcdMember): void {
    const { host } = member;
    this.#removed.set(host, this.#openedBy(host));
    this.members.splice(this.members.indexOf(member), 1);
    this.#opened.delete(host);
    this.#needs.changed();
  }

  handOver(from: string, to: string): void {
    if (this.leader !== from || from === to) return;
    this.leader = to;
    this.term += 1;
  }

  /** After each start and stop of a member: a leader that is gone, or votes no more, is replaced by the first that may. */
  elect(): void {
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
    if (this.hasQuorum()) return undefined;
    const next = this.members.map(({ host }) => this.#openedBy(host)).find((text) => this.#quorumOf(text));
    if (next === undefined || next === this.#live) return undefined;
    this.#live = next;
    this.leader = undefined;
    const data = this.#dataIn(next);
    if (data.kind !== 'restored') return { revision: foundedRevision };
    const contents = this.#kept.get(data.snapshot);
    if (contents === undefined) throw new SimulatorGap(`a snapshot of an etcd that is not simulated: ${data.snapshot}`);
    this.#found(data);
    return { contents, revision: data.revision };
  }

  /** Every member is a new one, and none of them what the one before had become. */
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

  /** Of its addresses alone: one that was founded anew by the same manifest has the same. */
  #idOf(data: EtcdData): string {
    return data.kind === 'restored' ? clusterIdOf(data) : this.#firstId;
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
