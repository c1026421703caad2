import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

const pairs = `[{{range $key, $value := .metadata.labels}}[${text('$key')},${text('$value')}],{{end}}null]`;

const row = z.object({
  name: z.string(),
  labels: z
    .array(z.tuple([z.string(), z.string()]).nullable())
    .transform((found) => Object.fromEntries(found.filter((each) => each !== null))),
});

/** By node: its labels. Source: kubectl get nodes; recorded on the lab. */
export const nodeLabels = defineFact<Readonly<Record<string, Readonly<Record<string, string>>>>>({
  id: 'node-labels',
  subject: 'cluster',
  command: (place) => get(place, 'nodes', rowsOf(`{"name":${text('.metadata.name')},"labels":${pairs}}`)),
  parse: throughApi((output) => {
    const rows = readRows(row)(output);
    return 'value' in rows ? { value: Object.fromEntries(rows.value.map(({ name, labels }) => [name, labels])) } : rows;
  }),
});
