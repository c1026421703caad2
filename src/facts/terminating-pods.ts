import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { at, json, maybe, maybeTime, readTabRows, tabRows } from './tab-rows.ts';
import { throughApi } from './through-api.ts';

/** A pod that was told to go. */
export interface TerminatingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Missing where it was never given one. */
  readonly node?: string;
  /** The kind of what controls it: `StatefulSet`; missing where nothing does. */
  readonly owner?: string;
  /** What has to be done before it may go, as its writers call it. */
  readonly finalizers: readonly string[];
  /** When its grace is over, in ms. */
  readonly due: number;
}

const table = {
  asks: {
    namespace: at('.metadata.namespace'),
    name: at('.metadata.name'),
    uid: at('.metadata.uid'),
    node: at('.spec.nodeName'),
    owner: at('.metadata.ownerReferences[?(@.controller==true)].kind'),
    finalizers: at('.metadata.finalizers'),
    due: at('.metadata.deletionTimestamp'),
  },
  reads: {
    namespace: z.string().min(1),
    name: z.string().min(1),
    uid: z.string().min(1),
    node: maybe,
    owner: maybe,
    finalizers: json(z.array(z.string()), []),
    due: maybeTime,
  },
} as const;

/**
 * Pods that were deleted and are still there, however long. A deletion timestamp is when the grace is over. Source:
 * kubernetes.io, Pod Lifecycle, "Pod termination".
 */
export const terminatingPods = defineFact<readonly TerminatingPod[]>({
  id: 'terminating-pods',
  subject: 'cluster',
  command: (place) => get(place, 'pods', '--all-namespaces', tabRows(table)),
  parse: throughApi((output) => {
    const read = readTabRows(table, (row) => row)(output);
    if (!('value' in read)) return read;
    return {
      value: read.value.flatMap(({ due, node, owner, ...row }) =>
        due === undefined
          ? []
          : [{ ...row, due, ...(node === undefined ? {} : { node }), ...(owner === undefined ? {} : { owner }) }],
      ),
    };
  }),
});
