import { notAsked } from '../commands/etcd-replacement.ts';
import type { Fact } from './fact.ts';

/**
 * The same question about etcd, never asked of the etcd of one node: where its data were lost it may have founded a
 * cluster of its own, and would answer for that.
 */
export const beside = <T>(node: string, fact: Fact<T>): Fact<T> => {
  const { source } = fact;
  if (source.kind !== 'command' || fact.through !== 'etcd') throw new Error(`${fact.id} is not asked of etcd`);
  return {
    ...fact,
    id: `${fact.id}-beside`,
    key: `${fact.key} beside ${node}`,
    source: { ...source, command: (place) => (place.node === node ? notAsked : source.command(place)) },
  };
};
