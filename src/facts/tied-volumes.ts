import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { nodeSelector, type NodeSelectorTerm } from './scheduling-rules.ts';
import { at, json, readTabRows, tabRows } from './tab-rows.ts';
import { throughApi } from './through-api.ts';

/** A PersistentVolume in use. */
export interface TiedVolume {
  readonly name: string;
  /** Of the PersistentVolumeClaim that it is bound to; empty where there is none. */
  readonly namespace: string;
  readonly claim: string;
  /** Nodes that can reach it: alternatives; missing where all can. */
  readonly reachableFrom?: readonly NodeSelectorTerm[];
}

const table = {
  asks: {
    name: at('.metadata.name'),
    namespace: at('.spec.claimRef.namespace'),
    claim: at('.spec.claimRef.name'),
    reachableFrom: at('.spec.nodeAffinity.required'),
  },
  reads: {
    name: z.string().min(1),
    namespace: z.string(),
    claim: z.string(),
    reachableFrom: json(nodeSelector.optional(), undefined),
  },
} as const;

/** The PersistentVolumes, and which nodes they tie their pods to. Source: kubectl get persistentvolumes; recorded on the lab, 1.35.4. */
export const tiedVolumes = defineFact<readonly TiedVolume[]>({
  id: 'tied-volumes',
  subject: 'cluster',
  command: (place) => get(place, 'persistentvolumes', tabRows(table)),
  parse: throughApi(
    readTabRows(table, ({ reachableFrom, ...row }): TiedVolume =>
      reachableFrom === undefined ? row : { ...row, reachableFrom },
    ),
  ),
});
