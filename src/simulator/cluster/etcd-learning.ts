import { byCluster } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import type { EtcdMember } from '../world/world.ts';

/** From the moment in which a new member answers until it has all that the leader has: a small database (lab, 3.6.6: a second or two). */
const catchUpMs = [500, 6000] as const;

/** Entries that every log has; what a member without any lacks. */
const entries = 100_000;

/** A process that hears of its own removal ends after so long. Source: etcd, applyConfChange, `the membership has been changed`. */
const farewellMs = 5000;

/** New members on their way to what the others have. */
export class Learning {
  readonly #behind = new Set<EtcdMember>();
  /** Those that came after the cluster was made. */
  readonly #came = new Set<EtcdMember>();

  /** A member that was added, and has no vote yet: an API server does not start over it (lab, 1.35.4). */
  isNew(host: string): boolean {
    return [...this.#came].some((member) => member.host === host && member.learner);
  }

  /** A member answers the others: a new one tells its name, and is sent what it lacks for as long as it runs. */
  heard(member: EtcdMember, host: Host | undefined): void {
    if (host === undefined || (member.started && !this.#behind.has(member))) return;
    const { kernel, world, components } = host;
    const pid = components.get('etcd')?.pid;
    const isNew = !member.started;
    member.started = true;
    this.#behind.add(member);
    this.#came.add(member);
    if (isNew) member.lag = entries;
    kernel.after(world.random.between(...catchUpMs), () => {
      const etcd = components.get('etcd');
      if (etcd?.state !== 'running' || etcd.pid !== pid || !this.#behind.delete(member)) return;
      if (member.lag === entries) member.lag = 0;
    });
  }
}

/** Ends what runs as a member that was taken out of the list; its kubelet starts it again, in vain. */
export const endRemoved = (host: Host): void => {
  const { kernel, components, world } = host;
  const pid = components.get('etcd')?.pid;
  if ((components.get('etcd')?.state ?? 'stopped') === 'stopped') return;
  kernel.after(farewellMs, () => {
    const etcd = components.get('etcd');
    if (etcd?.pid !== pid || etcd?.state === 'stopped') return;
    world.containers.stop(host, 'etcd', byCluster);
    world.containers.start(host, 'etcd', byCluster);
  });
};
