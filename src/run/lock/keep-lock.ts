import { hasBeaten, heartbeat, parseFenced } from '../../commands/fence.ts';
import { renewLease } from '../../commands/lease.ts';
import { controlPlanes, type Node } from '../../model/cluster.ts';
import { succeeded } from '../../model/exit.ts';
import { placeOf } from '../observe.ts';
import { askingOrder, nodeOf } from '../session.ts';
import type { Gate, Leave } from './fenced-transport.ts';
import { wasFenced } from './fenced-transport.ts';
import { breakMark, leaseIdentity, splitIdentity } from './holder.ts';
import { leaseMs } from './judge-lock.ts';
import { lookAtLock, type LockSight } from './look-at-lock.ts';
import { raiseNode, type Epoch } from './raise-nodes.ts';
import { isOurs, writeLease, type Taker } from './take-lock.ts';

/** Three renewals fit into a lease, so that one or two may fail (client-go's ratio is much the same). */
const renewEveryMs = 20_000;

export interface Kept {
  readonly taker: Taker;
  readonly epoch: Epoch;
  /** Nodes that could not be raised: raised before the first write to them. */
  readonly leftOut: readonly string[];
  readonly inLease: boolean;
  /** What to type to see who owns the cluster. */
  readonly advice: string;
  /** Called once, when another owner is noticed. */
  readonly onLost: (why: string) => void;
}

const clockTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/**
 * A run's hold on its cluster for as long as it lasts: signs of life, and the question before each write whether it
 * still stands. A sign counts as soon as one control plane took it: a takeover must have raised every one of them.
 */
export class KeptLock implements Gate {
  readonly epoch: number;
  readonly advice: string;
  readonly #kept: Kept;
  readonly #leftOut: Set<string>;
  readonly #stopped = new AbortController();
  /** Nodes whose last sign of life came to an unknown end, and that have not answered since. */
  readonly #unseen = new Set<string>();
  #inLease: boolean;
  /** By our own clock, taken before the command was sent that proved it. */
  #provenAt: number;
  #lost: string | undefined;
  #verifying: Promise<Leave> | undefined;
  #trouble: { readonly error: unknown } | undefined;
  #renewing: Promise<void> = Promise.resolve();

  constructor(kept: Kept) {
    this.#kept = kept;
    this.epoch = kept.epoch.epoch;
    this.advice = kept.advice;
    this.#leftOut = new Set(kept.leftOut);
    this.#inLease = kept.inLease;
    this.#provenAt = kept.taker.session.clock.now();
  }

  lost = (): string | undefined => this.#lost;

  heard: Gate['heard'] = (result) => {
    if (!wasFenced(result)) return;
    const by = parseFenced(`${result.stderr}\n${result.stdout}`);
    if (by === undefined || by === 'unknown') this.#lose('another run is taking the cluster over');
    else if (by.epoch < this.epoch)
      this.#lose(`a node carries the epoch ${by.epoch}: it was set up anew, or its file removed`);
    else this.#loseTo(by.holder, by.run, by.epoch, by.since * 1000);
  };

  /** Begins the signs of life. */
  begin(): void {
    this.#renewing = this.#renewUntilStopped().catch((error: unknown) => {
      this.#trouble = { error };
    });
  }

  /** Ends the signs of life; whether the lease is known to be ours. @throws what a renewal could not journal. */
  async stop(): Promise<boolean> {
    this.#stopped.abort();
    await this.#renewing;
    if (this.#trouble !== undefined) throw this.#trouble.error;
    // The lease that was restored names the owner of another time, or there is none.
    if (this.#kept.taker.session.outage === true && this.#lost === undefined) await this.#mendLease();
    return this.#inLease;
  }

  async leave(node: string): Promise<Leave> {
    if (this.#lost === undefined && this.#isStale()) {
      this.#verifying ??= this.#verify(nodeOf(this.#kept.taker.session, node)).finally(
        () => (this.#verifying = undefined),
      );
      const leave = await this.#verifying;
      if (leave.kind === 'unsure') return leave;
    }
    if (this.#lost === undefined && this.#leftOut.has(node)) await this.#raiseLate(node);
    if (this.#lost !== undefined) return { kind: 'refuse', why: this.#lost };
    return this.#leftOut.has(node)
      ? { kind: 'unsure', why: `${node} could not be made to know its owner, and nothing is written to it before` }
      : { kind: 'go' };
  }

  #lose(why: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = why;
    this.#kept.onLost(why);
  }

  #loseTo(holder: string, run: string, epoch: number, since: number | undefined): void {
    const when = since === undefined || since === 0 ? '' : ` ${clockTime(since)}Z`;
    const what = run.startsWith(breakMark)
      ? `broke this run's lock${when === '' ? '' : ` at${when}`}`
      : `(run ${run}) owns the cluster${when === '' ? '' : ` since${when}`}`;
    this.#lose(`${holder} ${what}: epoch ${epoch}, this run had ${this.epoch}`);
  }

  /** A process that was stopped, or a laptop that slept, finds that more time has passed than a lease lasts. */
  #isStale(): boolean {
    const age = this.#kept.taker.session.clock.now() - this.#provenAt;
    return age < 0 || age > leaseMs;
  }

  async #raiseLate(node: string): Promise<void> {
    const { taker, epoch } = this.#kept;
    const raised = await raiseNode(taker.session, taker.write, node, epoch);
    if (raised.kind === 'raised') this.#leftOut.delete(node);
    else if (raised.kind === 'quicker') this.#lose(raised.why);
  }

  async #renewUntilStopped(): Promise<void> {
    const { clock } = this.#kept.taker.session;
    const { signal } = this.#stopped;
    while (!signal.aborted && this.#lost === undefined) {
      try {
        await clock.sleep(renewEveryMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await this.#renew();
    }
  }

  /** One control plane after the other, until a sign of life is on a node and in the lease. */
  async #renew(): Promise<void> {
    const { session } = this.#kept.taker;
    let beaten = false;
    for (const node of askingOrder(session)) {
      if (this.#stopped.signal.aborted || this.#lost !== undefined) return;
      const { hasBeat, renewed } = await this.#beat(node);
      beaten ||= hasBeat;
      if (renewed) return;
      // Without a lease to renew, one node that took the sign is enough.
      if (beaten && !this.#inLease) break;
    }
    if (beaten && this.lost() === undefined) await this.#mendLease();
  }

  async #beat(node: Node): Promise<{ readonly hasBeat: boolean; readonly renewed: boolean }> {
    const { session, write } = this.#kept.taker;
    if (this.#unseen.has(node.name) && !(await this.#looked(node))) return { hasBeat: false, renewed: false };
    const at = session.clock.now();
    const place = await placeOf(session, node);
    const identity = { holder: leaseIdentity(this.#kept.epoch.holder, this.#kept.epoch.run), epoch: this.epoch };
    const renewal = this.#inLease && place.apiServer !== '' ? renewLease(place, identity, at) : undefined;
    const { result } = await write(node.name, heartbeat(this.epoch, renewal));
    this.heard(result);
    // Whether it was done, and whose the node is by now, is looked at before the next sign is sent.
    if (result.exit.kind === 'unknown') {
      this.#unseen.add(node.name);
      await this.#looked(node);
    }
    const hasBeat = hasBeaten(result.stdout);
    if (hasBeat) this.#provenAt = at;
    return { hasBeat, renewed: hasBeat && renewal !== undefined && succeeded(result.exit) };
  }

  /** Whether the node answered, and so can be sent a sign again. */
  async #looked(node: Node): Promise<boolean> {
    const sight = await lookAtLock(this.#kept.taker.session, [node]);
    this.#heed(sight);
    if (sight.epochs.get(node.name) === undefined) return false;
    this.#unseen.delete(node.name);
    return true;
  }

  /** Finds out what is the matter with the lease, and writes it anew where it is older than this run's epoch. */
  async #mendLease(): Promise<void> {
    const { taker, epoch } = this.#kept;
    const sight = await lookAtLock(taker.session, []);
    if (sight.lease === undefined || sight.spoilt.length > 0) return;
    this.#inLease = isOurs(sight, epoch);
    if (this.#inLease) return;
    this.#heed(sight);
    if (this.#lost !== undefined) return;
    this.#inLease = (await writeLease(taker, sight, epoch)) === 'ours';
  }

  /**
   * Notes another owner, wherever it is seen. A lease without a holder, or with an older epoch, is nobody's; in an outage
   * none is anybody's, since it may come from a backup.
   */
  #heed({ lease, epochs }: LockSight): void {
    const told = this.#kept.taker.session.outage === true ? undefined : lease;
    if (typeof told === 'object' && told.holder !== '' && told.epoch >= this.epoch) {
      const { holder, run } = splitIdentity(told.holder);
      if (holder !== this.#kept.epoch.holder || run !== this.#kept.epoch.run || told.epoch > this.epoch)
        this.#loseTo(holder, run, told.epoch, told.acquiredAt);
    } else if (typeof told === 'object' && told.epoch > this.epoch) {
      const by = told.annotations['nodeops.dev/broken-by'];
      this.#lose(
        by === undefined
          ? `the lease has the epoch ${told.epoch}, this run had ${this.epoch}`
          : `${by} broke this run's lock`,
      );
    }
    for (const seen of epochs.values())
      if (typeof seen === 'object' && seen.epoch > this.epoch)
        this.#loseTo(seen.holder, seen.run, seen.epoch, seen.since * 1000);
  }

  /** Looks whose the cluster is, at all control planes and at the node that is to be written to. */
  async #verify(node: Node): Promise<Leave> {
    const { session } = this.#kept.taker;
    const at = session.clock.now();
    const all = controlPlanes(session.cluster);
    const sight = await lookAtLock(session, all.some(({ name }) => name === node.name) ? all : [...all, node]);
    this.#heed(sight);
    if (this.#lost !== undefined) return { kind: 'refuse', why: this.#lost };
    const proof = all.some(({ name }) => {
      const seen = sight.epochs.get(name);
      return typeof seen === 'object' && seen.epoch === this.epoch;
    });
    if (!proof) return { kind: 'unsure', why: 'no control plane confirms that this run still owns the cluster' };
    this.#provenAt = at;
    return { kind: 'go' };
  }
}
