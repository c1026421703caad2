import { createHash } from 'node:crypto';
import type { Host } from '../world/host.ts';
import { clusterIdOf, foundingMembers, memberIdOf, usualToken, type EtcdData } from './etcd-data.ts';

/** An unsigned 64-bit number as decimal text, always the same for the same words. */
export const identity = (words: string): string =>
  createHash('sha256').update(words).digest().readBigUInt64BE().toString();

/** Which cluster and which member of it a database is of. */
export class Identities {
  /** Of the cluster as kubeadm made it. */
  readonly first: string;
  /** The host whose manifest named itself only when the cluster was made. */
  founder: string | undefined;
  readonly #hosts: ReadonlyMap<string, Host>;

  constructor(cluster: string, hosts: ReadonlyMap<string, Host>) {
    this.first = identity(`${cluster} etcd`);
    this.#hosts = hosts;
  }

  /** Of its addresses alone: one that was founded anew by the same manifest has the same. */
  ofCluster(data: EtcdData): string {
    if (data.kind === 'restored') return clusterIdOf(data);
    if (data.kind === 'first' || data.by === this.founder) return this.first;
    return clusterIdOf({ members: `${data.by}=${this.#urlOf(data.by)}`, token: usualToken });
  }

  /** Undefined for the one that it had from the beginning, or was given when it was added. */
  ofMember(data: EtcdData, host: string): string | undefined {
    if (data.kind === 'restored') return memberIdOf(foundingMembers(data.members).get(host) ?? '', data.token);
    return data.kind === 'founded' && host !== this.founder ? memberIdOf(this.#urlOf(host), usualToken) : undefined;
  }

  #urlOf(host: string): string {
    return `https://${this.#hosts.get(host)?.address ?? ''}:2380`;
  }
}
