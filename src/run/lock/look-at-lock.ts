import type { FactPlace } from '../../facts/fact.ts';
import { valueOf } from '../../facts/fact.ts';
import { nodeEpoch, type NodeEpoch } from '../../facts/node-epoch.ts';
import { ownerLease, type OwnerLease } from '../../facts/owner-lease.ts';
import { allHosts, type Node } from '../../model/cluster.ts';
import type { Observed } from '../../model/observed.ts';
import { observeCluster, observeNode } from '../observe.ts';
import type { Session } from '../session.ts';

/** What is known of a cluster's owner after looking once. */
export interface LockSight {
  /** `absent`: the API answers, and there is no lease; undefined: no API server answers. */
  readonly lease: OwnerLease | 'absent' | undefined;
  /** The control plane through which the lease was seen, or would be asked for next. */
  readonly place: FactPlace;
  /** Node → who owns it; `absent`: nobody ever did; undefined: the node could not be asked. */
  readonly epochs: ReadonlyMap<string, NodeEpoch | 'absent' | undefined>;
  /** What is there and cannot be understood, worded for a person. */
  readonly spoilt: readonly string[];
}

const unreadable = (what: string, observed: Observed<unknown> | undefined): readonly string[] =>
  observed?.kind === 'unreadable' ? [`${what} cannot be understood: ${observed.text}`] : [];

const told = <T>(observed: Observed<unknown> | undefined, value: T | undefined): T | 'absent' | undefined =>
  observed?.kind === 'absent' ? 'absent' : value;

const lookAtNode = async (session: Session, { name }: Node) => {
  const observed = (await observeNode(session, name, [nodeEpoch])).get(nodeEpoch.key);
  return {
    name,
    epoch: told(observed, valueOf(nodeEpoch, observed)),
    spoilt: unreadable(`/var/lib/nodeops/epoch on ${name}`, observed),
  };
};

/** Looks at the lease and at the epochs of these nodes, all at once. Reads only. */
export const lookAtLock = async (
  session: Session,
  nodes: readonly Node[] = allHosts(session.cluster),
): Promise<LockSight> => {
  const [{ observations, place }, ...seen] = await Promise.all([
    observeCluster(session, [ownerLease]),
    ...nodes.map((node) => lookAtNode(session, node)),
  ]);
  const lease = observations.get(ownerLease.key);
  return {
    lease: told(lease, valueOf(ownerLease, lease)),
    place,
    epochs: new Map(seen.map(({ name, epoch }) => [name, epoch])),
    spoilt: [...unreadable('the lease kube-system/nodeops', lease), ...seen.flatMap(({ spoilt }) => spoilt)],
  };
};
