import { isMap, isSeq, parse, parseDocument, stringify, YAMLSeq, type Document } from 'yaml';
import { z } from 'zod';

const named = z.object({ name: z.string() }).loose();

/** As kubeadm writes it: one cluster, one user, one context. Source: kubernetes.io, kubeconfig (v1). */
const form = z
  .object({
    apiVersion: z.literal('v1'),
    kind: z.literal('Config'),
    clusters: z.tuple([named.extend({ cluster: z.object({ server: z.string() }).loose() })]),
    users: z.tuple([named]),
    contexts: z.tuple([named.extend({ context: z.object({ cluster: z.string(), user: z.string() }).loose() })]),
  })
  .loose();

export interface Kubeconfig {
  readonly server: string;
  /** With names of its own: `paris` for the cluster and its context, `paris-admin` for the user. */
  readonly text: string;
}

/** kubeadm calls every cluster `kubernetes`: two of them could not be in one file. Undefined for what is no kubeconfig. */
export const renameKubeconfig = (text: string, cluster: string): Kubeconfig | undefined => {
  const found = form.safeParse(parseAnything(text)).data;
  if (found === undefined) return undefined;
  const user = `${cluster}-admin`;
  const [place] = found.clusters;
  const renamed = {
    ...found,
    clusters: [{ ...place, name: cluster }],
    users: [{ ...found.users[0], name: user }],
    contexts: [{ ...found.contexts[0], name: cluster, context: { ...found.contexts[0].context, cluster, user } }],
    'current-context': cluster,
  };
  return { server: place.cluster.server, text: stringify(renamed) };
};

const parseAnything = (text: string): unknown => {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
};

const lists = ['clusters', 'users', 'contexts'] as const;

const serverOf = (document: Document, cluster: string): string | undefined => {
  const all = document.get('clusters');
  if (!isSeq(all)) return undefined;
  const found = all.items.find((item) => isMap(item) && item.get('name') === cluster);
  const server: unknown = isMap(found) ? found.getIn(['cluster', 'server']) : undefined;
  return typeof server === 'string' ? server : undefined;
};

export type Merged =
  | { readonly text: string }
  /** The file has another cluster of that name. */
  | { readonly taken: string }
  | { readonly unreadable: string };

/**
 * Puts what `renameKubeconfig` made into a kubeconfig that is there, in the place of what it has of these names; all
 * else, comments and the current context too, stays as it is. `force`: also where the name is another cluster's.
 */
export const mergeKubeconfig = (there: string, added: Kubeconfig, cluster: string, force: boolean): Merged => {
  const document = parseDocument(there);
  const [error] = document.errors;
  if (error !== undefined) return { unreadable: error.message };
  if (!isMap(document.contents)) return { unreadable: 'it is no map' };
  const taken = serverOf(document, cluster);
  if (taken !== undefined && taken !== added.server && !force) return { taken };
  const fresh: Readonly<Record<string, unknown>> = z.record(z.string(), z.unknown()).parse(parse(added.text));
  for (const list of lists) {
    const items = z.array(named).parse(fresh[list]);
    const old = document.get(list);
    const kept = isSeq(old)
      ? old.items.filter((item) => !isMap(item) || !items.some(({ name }) => name === item.get('name')))
      : [];
    const sequence = new YAMLSeq();
    for (const item of [...kept, ...items.map((each) => document.createNode(each))]) sequence.add(item);
    document.set(list, sequence);
  }
  if (!document.has('current-context')) document.set('current-context', cluster);
  return { text: document.toString() };
};
