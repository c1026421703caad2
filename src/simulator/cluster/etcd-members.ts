import { createHash } from 'node:crypto';
import type { Etcd, EtcdMember } from '../world/world.ts';
import type { Host } from '../world/host.ts';

/** An unsigned 64-bit number as decimal text, always the same for the same words. */
export const identity = (words: string): string =>
  createHash('sha256').update(words).digest().readBigUInt64BE().toString();

/** Entries that a member may be behind and still count as caught up. Source: etcd, server/etcdserver, `isReadyToPromote…` is 90 %. */
const caughtUp = 1000;

/** What a member is can be set from outside, by a fault: the cluster then looks again at what works. */
class Member implements EtcdMember {
  readonly host: string;
  id: string;
  looseBytes = 4096;
  #learner = false;
  #lag = 0;
  #alarm: EtcdMember['alarm'];
  readonly #changed: () => void;

  constructor(host: string, id: string, changed: () => void) {
    this.host = host;
    this.id = id;
    this.#changed = changed;
  }

  get learner(): boolean {
    return this.#learner;
  }
  set learner(learner: boolean) {
    this.#learner = learner;
    this.#changed();
  }
  get lag(): number {
    return this.#lag;
  }
  set lag(lag: number) {
    this.#lag = lag;
    this.#changed();
  }
  get alarm(): EtcdMember['alarm'] {
    return this.#alarm;
  }
  set alarm(alarm: EtcdMember['alarm']) {
    this.#alarm = alarm;
    this.#changed();
  }
}

/** The members of the stacked etcd: each is a static pod of one control plane. */
export class EtcdMembers implements Etcd {
  readonly members: EtcdMember[] = [];
  leader: string | undefined;
  term = 2;
  compacted = 0;
  readonly clusterId: string;
  readonly #hosts: ReadonlyMap<string, Host>;

  readonly #changed: () => void;

  constructor(cluster: string, hosts: ReadonlyMap<string, Host>, changed: () => void) {
    this.#changed = changed;
    this.clusterId = identity(`${cluster} etcd`);
    this.#hosts = hosts;
  }

  add(host: string): void {
    this.members.push(new Member(host, identity(`${this.clusterId} ${host}`), this.#changed));
    this.leader ??= host;
  }

  /** It runs and answers its own clients; whether there is a quorum is another question. */
  serving(host: string): boolean {
    const found = this.#hosts.get(host);
    return found?.power === 'up' && found.components.get('etcd')?.state === 'running';
  }

  hasQuorum(): boolean {
    const voters = this.members.filter(({ learner }) => !learner);
    const fit = voters.filter(({ host, lag }) => this.serving(host) && lag <= caughtUp);
    return fit.length * 2 > voters.length;
  }

  handOver(from: string, to: string): void {
    if (this.leader !== from || from === to) return;
    this.leader = to;
    this.term += 1;
  }

  /** After each start and stop of a member: a leader that is gone, or votes no more, is replaced by the first that may. */
  elect(): void {
    const leads = this.members.find(({ host }) => host === this.leader);
    if (leads !== undefined && !leads.learner && this.serving(leads.host)) return;
    const next = this.hasQuorum()
      ? this.members.find(({ host, learner, lag }) => !learner && lag <= caughtUp && this.serving(host))
      : undefined;
    if (next !== undefined && next.host !== this.leader) this.term += 1;
    this.leader = next?.host;
  }
}
