import { createHash } from 'node:crypto';
import { z } from 'zod';

const found = z.object({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
      spec: z.unknown().optional(),
    }),
  ),
});

type Found = z.infer<typeof found>['items'][number];

const nodeSpec = z.looseObject({ taints: z.array(z.looseObject({ key: z.string() })).optional() });

/** Taints by which controllers say that a node is late; a cordon is in `unschedulable` as well. */
const wishedSpec = ({ kind, spec }: Found): unknown => {
  const parsed = kind === 'Node' ? nodeSpec.safeParse(spec).data : undefined;
  if (parsed === undefined) return spec;
  const { taints = [], ...rest } = parsed;
  return { ...rest, taints: taints.filter(({ key }) => !key.startsWith('node.kubernetes.io/')) };
};

/** What was wished of an object, and by whom: its status, and what follows from it, belongs to the cluster. */
const wishedOf = (object: Found): string => {
  const { status: _status, metadata, ...rest } = object;
  const { resourceVersion: _version, managedFields: _fields, generation: _generation, ...kept } = metadata;
  const text = JSON.stringify({ ...rest, spec: wishedSpec(object), metadata: kept });
  const name = [rest.kind, metadata.namespace ?? '', metadata.name].join('/');
  return `object ${name} ${createHash('sha256').update(text).digest('hex')}`;
};

/**
 * The output of `kubectl get … -o json` → a sorted line for each object: `object Node//w1 <sha256>`. Two clusters whose
 * objects were wished the same have the same lines, whatever their controllers have noted meanwhile.
 */
export const objectLines = (json: string): readonly string[] =>
  found.parse(JSON.parse(json)).items.map(wishedOf).toSorted();
