import type { Selected } from '../inventory/select.ts';
import type { Cluster } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import { loadOne, type SelectionOptions } from './inventory.ts';
import type { Parts } from './parts.ts';

/** Nothing is broken on purpose in a cluster that somebody protects, whatever its nodes say. @throws UsageError */
export const refuseProtected = ({ name, protected: strict, source }: Cluster): void => {
  if (strict)
    throw new UsageError(
      `${name} is protected (${source}): nothing is broken there on purpose\n    practise on another cluster, such as one of the lab (docs/lab.md)`,
    );
};

/** What is practised on is named, and nobody needs it. @throws UsageError */
export const practiceCluster = (parts: Parts, options: Pick<SelectionOptions, 'inventory' | 'cluster'>): Selected => {
  const selected = loadOne(parts, options, 'practised on');
  refuseProtected(selected.cluster);
  return selected;
};
