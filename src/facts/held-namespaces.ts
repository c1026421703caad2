import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { flag, list, listOf, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

/** A namespace that was told to go. */
export interface HeldNamespace {
  readonly name: string;
  readonly uid: string;
  /** Of the Namespace object itself, beside Kubernetes' own, which is in its `spec`. */
  readonly finalizers: readonly string[];
  /** What its controller says that keeps it: content, finalizers of content, an API that does not answer. */
  readonly because: readonly string[];
}

const row = `[${[
  text('.metadata.name'),
  text('.metadata.uid'),
  flag('.metadata.deletionTimestamp'),
  list('.metadata.finalizers', text('.')),
  list('.status.conditions', text('.message'), 'eq .status "True"'),
].join(',')}]`;

const columns = z.tuple([z.string(), z.string(), z.boolean(), listOf(z.string()), listOf(z.string())]);

/**
 * Namespaces that were deleted and are still there, with what holds them. Their conditions that are True are troubles.
 * Source: k8s.io/api, core/v1, NamespaceConditionType; kubernetes.io, Finalizers.
 */
export const heldNamespaces = defineFact<readonly HeldNamespace[]>({
  id: 'held-namespaces',
  subject: 'cluster',
  command: (place) => get(place, 'namespaces', rowsOf(row)),
  parse: throughApi((output) => {
    const rows = readRows(columns)(output);
    if (!('value' in rows)) return rows;
    return {
      value: rows.value.flatMap(([name, uid, ending, finalizers, because]) =>
        ending ? [{ name, uid, finalizers, because }] : [],
      ),
    };
  }),
});

/** `configmaps. has 1 resource instances, gadgets.example.com has 2 resource instances` */
const counted = /(?:^|[\s:])([a-z0-9-]+(?:\.[a-z0-9.-]*)?) has \d+ resource instances/g;

/** The resources of which a namespace still has some, as kubectl takes them. Source: namespaced_resources_deleter.go. */
export const resourcesLeft = ({ because }: HeldNamespace): readonly string[] => [
  ...new Set(because.flatMap((why) => [...why.matchAll(counted)].map(([, name = '']) => name.replace(/\.$/, '')))),
];
