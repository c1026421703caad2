import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { flag, list, listOf, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface EndingNamespace {
  readonly name: string;
  /** What its controller says that keeps it: finalizers, content, an API that does not answer. */
  readonly because: readonly string[];
}

const row = `[${[
  text('.metadata.name'),
  flag('.metadata.deletionTimestamp'),
  list('.status.conditions', text('.message'), 'eq .status "True"'),
].join(',')}]`;

/**
 * Namespaces that were deleted and are still there. Source: kubernetes.io, Namespaces; k8s.io/api, core/v1,
 * NamespaceConditionType; recorded on the lab, 1.35.4.
 */
export const endingNamespaces = defineFact<readonly EndingNamespace[]>({
  id: 'ending-namespaces',
  subject: 'cluster',
  command: (place) => get(place, 'namespaces', rowsOf(row)),
  parse: throughApi((output) => {
    const rows = readRows(z.tuple([z.string(), z.boolean(), listOf(z.string())]))(output);
    if (!('value' in rows)) return rows;
    return { value: rows.value.flatMap(([name, ending, because]) => (ending ? [{ name, because }] : [])) };
  }),
});
