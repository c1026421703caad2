import { valueOf } from '../facts/fact.ts';
import { offeredPackages } from '../facts/offered-packages.ts';
import type { Observed } from '../model/observed.ts';
import { compareVersions, upstreamOf, type Version } from '../model/version.ts';
import { observeNode } from './observe.ts';
import type { Session } from './session.ts';

/** What one node's repository offers of one minor, were it switched to it. */
export interface NodeOffer {
  readonly node: string;
  /** Versions of kubeadm; undefined where there is no kubeadm among what is offered, or nothing could be asked. */
  readonly versions: readonly Version[] | undefined;
  /** What apt says where the repository cannot be read. */
  readonly problem?: string;
  readonly observed: Observed<unknown> | undefined;
}

/** By minor, what each node's repository offers. The nodes stay as they are: apt works in a scratch directory. */
export const offersOf = async (
  session: Session,
  nodes: readonly string[],
  minors: readonly string[],
): Promise<ReadonlyMap<string, readonly NodeOffer[]>> => {
  const facts = minors.map((minor) => ({ minor, fact: offeredPackages(minor) }));
  const seen = await Promise.all(
    nodes.map(async (node) => ({
      node,
      observations: await observeNode(
        session,
        node,
        facts.map(({ fact }) => fact),
      ),
    })),
  );
  const offerOf = ({ node, observations }: (typeof seen)[number], { fact }: (typeof facts)[number]): NodeOffer => {
    const observed = observations.get(fact.key);
    const { offers, problem } = valueOf(fact, observed) ?? {};
    const versions = offers?.['kubeadm']?.flatMap((deb) => upstreamOf(deb) ?? []);
    return { node, versions, ...(problem === undefined ? {} : { problem }), observed };
  };
  return new Map(facts.map((each) => [each.minor, seen.map((node) => offerOf(node, each))]));
};

/** The versions that every node is offered, newest first; a node that cannot be asked keeps nothing back. */
export const offeredEverywhere = (offers: readonly NodeOffer[]): readonly Version[] => {
  const [first = [], ...others] = offers.flatMap(({ versions }) => (versions === undefined ? [] : [versions]));
  return first
    .filter((version) => others.every((list) => list.includes(version)))
    .toSorted((one, other) => compareVersions(other, one));
};
