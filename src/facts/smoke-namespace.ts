import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { smokeLabel, smokeNamespace as name } from '../commands/smoke.ts';
import { defineFact } from './fact.ts';
import { flag, list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export type SmokeNamespace =
  | { readonly there: false }
  | {
      readonly there: true;
      /** It carries the label of what nodeops made. */
      readonly ours: boolean;
      readonly terminating: boolean;
      /** What the namespace controller says of why it is still there. */
      readonly remaining: readonly string[];
    };

const label = `{{if exists .metadata "labels" "${smokeLabel.key}"}}${text(`(index .metadata.labels "${smokeLabel.key}")`)}{{else}}null{{end}}`;

const template = `[${label},${flag('.metadata.deletionTimestamp')},${list('.status.conditions', maybeText('.message'), 'eq .status "True"')}]`;

const row = z
  .tuple([z.string().nullable(), z.boolean(), listOf(z.string())])
  .transform(([value, terminating, remaining]): SmokeNamespace => ({
    there: true,
    ours: value === smokeLabel.value,
    terminating,
    remaining,
  }));

/**
 * The namespace of the smoke test. Its conditions that are True are troubles. Source: core/v1 NamespaceConditionType;
 * recorded on the lab, 1.35.4.
 */
export const smokeNamespace = defineFact<SmokeNamespace>({
  id: 'smoke-namespace',
  subject: 'cluster',
  command: (place) => get(place, 'namespaces', `--field-selector=metadata.name=${name}`, rowsOf(template)),
  parse: throughApi((output) => {
    const rows = readRows(row)(output);
    return 'value' in rows ? { value: rows.value[0] ?? { there: false } } : rows;
  }),
});
