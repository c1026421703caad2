import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { count, list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { standingCells, standingColumns, standingOf, type PodObject } from './pods.ts';
import { throughApi } from './through-api.ts';

/** A container of a pod, or an init container. */
export interface ContainerHealth {
  readonly name: string;
  /** How often the kubelet has started it again in this pod. */
  readonly restarts: number;
  /** Why it does not run, where it waits for something. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** How it ended before it was started again. */
  readonly before?: { readonly reason: string; readonly exitCode: number };
}

/** A pod as far as it says whether it is well, and whether it is still the same one. */
export interface PodHealth extends Pick<
  PodObject,
  'namespace' | 'name' | 'node' | 'phase' | 'ready' | 'deleting' | 'mirror' | 'owner'
> {
  readonly uid: string;
  /** The one that leads from its ReplicaSet to its Deployment: `pod-template-hash`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerHealth[];
}

const hash = 'pod-template-hash';

/** Fields of a map that may be missing, as an array; null where it is. */
const within = (path: readonly [string, string], fields: readonly string[]): string =>
  `{{with ${path[0]}}}{{with ${path[1]}}}[${fields.join(',')}]{{else}}null{{end}}{{else}}null{{end}}`;

const containers = (statuses: string): string =>
  list(
    statuses,
    `[${[
      text('.name'),
      count('.restartCount'),
      within(['.state', '.waiting'], [maybeText('.reason'), maybeText('.message')]),
      within(['.lastState', '.terminated'], [maybeText('.reason'), count('.exitCode')]),
    ].join(',')}]`,
  );

const row = `[${[
  text('.metadata.namespace'),
  text('.metadata.name'),
  text('.metadata.uid'),
  ...standingColumns,
  `{{if exists .metadata "labels" "${hash}"}}${text(`(index .metadata.labels "${hash}")`)}{{else}}null{{end}}`,
  containers('.status.initContainerStatuses'),
  containers('.status.containerStatuses'),
].join(',')}]`;

const word = z.string().nullable();
const container = z
  .tuple([z.string(), z.number(), z.tuple([word, word]).nullable(), z.tuple([word, z.number()]).nullable()])
  .transform(([name, restarts, waiting, before]): ContainerHealth => ({
    name,
    restarts,
    ...(waiting === null ? {} : { waiting: { reason: waiting[0] ?? '', message: waiting[1] ?? '' } }),
    ...(before === null ? {} : { before: { reason: before[0] ?? '', exitCode: before[1] } }),
  }));

const podRow = z
  .tuple([z.string(), z.string(), z.string(), ...standingCells, word, listOf(container), listOf(container)])
  .transform(
    ([namespace, name, uid, node, phase, ready, deleting, mirror, owners, template, init, main]): PodHealth => ({
      namespace,
      name,
      uid,
      ...standingOf([node, phase, ready, deleting, mirror, owners]),
      labels: template === null ? {} : { [hash]: template },
      containers: [...init, ...main],
    }),
  );

/**
 * How all pods are. Source: kubectl get pods; k8s.io/api, core/v1, ContainerStatus; recorded on the lab, 1.35.4.
 */
export const podHealth = defineFact<readonly PodHealth[]>({
  id: 'pod-health',
  subject: 'cluster',
  command: (place) => get(place, 'pods', '--all-namespaces', rowsOf(row)),
  parse: throughApi(readRows(podRow)),
});
