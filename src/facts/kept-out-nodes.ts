import { z } from 'zod';
import { annotationPath } from '../commands/json-pointer.ts';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { annotation, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

/** Set by whoever takes a node out for longer than a run: no run gives it back. The value is the run that did. */
export const keptOutAnnotation = 'nodeops.dev/kept-out-by';
export const keptOutPath = annotationPath(keptOutAnnotation);

const template = `{"name":${text('.metadata.name')},"by":${annotation(keptOutAnnotation)}}`;

/** By node: the run that took it out until somebody gives it back. Source: kubectl get nodes; recorded on the lab. */
export const keptOutNodes = defineFact<Readonly<Record<string, string>>>({
  id: 'kept-out-nodes',
  subject: 'cluster',
  command: (place) => get(place, 'nodes', rowsOf(template)),
  parse: throughApi((output) => {
    const rows = readRows(z.object({ name: z.string(), by: z.string().nullable() }))(output);
    if (!('value' in rows)) return rows;
    return { value: Object.fromEntries(rows.value.flatMap(({ name, by }) => (by === null ? [] : [[name, by]]))) };
  }),
});
