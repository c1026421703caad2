import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { count, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface ClusterEvent {
  /** When it was seen first and last, in ms since 1970, by the clock of the machine that says it. */
  readonly first: number;
  readonly last: number;
  /** How often, between the two. */
  readonly count: number;
  /** Of what it is about; missing for what is of no namespace, such as nodes. */
  readonly namespace?: string;
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly type: string;
  readonly note: string;
  /** Who says it: `kubelet`, `taint-eviction-controller`. */
  readonly by: string;
  /** On which node, where a kubelet says it; its clock is the one of `first` and `last`. */
  readonly host?: string;
}

/**
 * Two kinds of reporters: of `eventTime` and `series` the newer ones, of `deprecated…` the kubelet and most controllers.
 * Where both are missing there is what the API server wrote.
 */
const row = `[${[
  maybeText('.metadata.creationTimestamp'),
  maybeText('.eventTime'),
  '{{with .series}}{{with .lastObservedTime}}{{printf "%q" .}}{{else}}null{{end}}{{else}}null{{end}}',
  '{{with .series}}{{with .count}}{{.}}{{else}}0{{end}}{{else}}0{{end}}',
  maybeText('.deprecatedFirstTimestamp'),
  maybeText('.deprecatedLastTimestamp'),
  count('.deprecatedCount'),
  '{{with .regarding}}{{with .namespace}}{{printf "%q" .}}{{else}}null{{end}}{{else}}null{{end}}',
  '{{with .regarding}}{{with .kind}}{{printf "%q" .}}{{else}}null{{end}}{{else}}null{{end}}',
  '{{with .regarding}}{{with .name}}{{printf "%q" .}}{{else}}null{{end}}{{else}}null{{end}}',
  text('.reason'),
  maybeText('.type'),
  maybeText('.note'),
  maybeText('.reportingController'),
  maybeText('.deprecatedSource.component'),
  maybeText('.deprecatedSource.host'),
].join(',')}]`;

const word = z.string().nullable();
const many = z.number().int().nonnegative();
const schema = z.tuple([
  word,
  word,
  word,
  many,
  word,
  word,
  many,
  word,
  word,
  word,
  z.string(),
  word,
  word,
  word,
  word,
  word,
]);
type Row = z.infer<typeof schema>;

const toEvent = (columns: Row): ClusterEvent | undefined => {
  const [created, time, seriesLast, seriesCount, first, last, oldCount, namespace, kind, name] = columns;
  const [, , , , , , , , , , reason, type, note, controller, component, host] = columns;
  const begin = Date.parse(first ?? time ?? created ?? '');
  const end = Date.parse(seriesLast ?? last ?? first ?? time ?? created ?? '');
  if (Number.isNaN(begin) || Number.isNaN(end)) return undefined;
  return {
    first: begin,
    last: end,
    count: Math.max(1, seriesCount, oldCount),
    ...(namespace === null ? {} : { namespace }),
    kind: kind ?? '',
    name: name ?? '',
    reason,
    type: type ?? 'Normal',
    note: note ?? '',
    by: controller ?? component ?? '',
    ...(host === null ? {} : { host }),
  };
};

const parse = (output: Output): Parsed<readonly ClusterEvent[]> => {
  const rows = readRows(schema)(output);
  if (!('value' in rows)) return rows;
  const events: ClusterEvent[] = [];
  for (const columns of rows.value) {
    const event = toEvent(columns);
    if (event === undefined) return { unreadable: JSON.stringify(columns) };
    events.push(event);
  }
  return { value: events };
};

/**
 * What the cluster's components say that happened, as long as the API server keeps it: an hour by default
 * (kube-apiserver, `--event-ttl`). An eviction by a taint is `TaintManagerEviction`; one by a drain leaves the kubelet's
 * `Killing` alone (lab, 1.35.4: `EvictionByEvictionAPI` is a reason of the pod's condition, which goes with the pod).
 * Source: k8s.io/api, events/v1, Event; recorded on the lab, 1.35.4.
 */
export const clusterEvents = defineFact<readonly ClusterEvent[]>({
  id: 'cluster-events',
  subject: 'cluster',
  command: (place) => get(place, 'events.events.k8s.io', '--all-namespaces', rowsOf(row)),
  parse: throughApi(parse),
});
