import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact, type Fact } from './fact.ts';
import { list, listOf, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

/** A pod that belongs to one node: a static one, or a DaemonSet's. */
export interface NodeBoundPod {
  readonly namespace: string;
  readonly name: string;
  /** The DaemonSet; missing of a static pod. */
  readonly daemonSet?: string;
  readonly ready: boolean;
  /** Since when each of its containers runs, in ms by the node's clock, to a second; none of one that does not. */
  readonly runningSince: readonly number[];
}

const columns: readonly string[] = [
  text('.metadata.namespace'),
  text('.metadata.name'),
  list('.metadata.ownerReferences', `[${text('.kind')},${text('.name')}]`, '.controller'),
  list('.status.conditions', text('.status'), 'eq .type "Ready"'),
  list('.status.containerStatuses', text('.state.running.startedAt'), 'exists . "state" "running"'),
];

const time = z.string().transform((at, context) => {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) context.addIssue('no time');
  return ms;
});

const row = z.tuple([
  z.string(),
  z.string(),
  listOf(z.tuple([z.string(), z.string()])),
  listOf(z.string()),
  listOf(time),
]);

/** Those of one node. Source: kubectl get pods, ContainerStateRunning; recorded on the lab, 1.35.4. */
export const nodeBoundPods = (node: string): Fact<readonly NodeBoundPod[]> =>
  defineFact<readonly NodeBoundPod[]>({
    id: 'node-bound-pods',
    parameters: [node],
    subject: 'cluster',
    command: (place) =>
      get(
        place,
        'pods',
        '--all-namespaces',
        `--field-selector=spec.nodeName=${node}`,
        rowsOf(`[${columns.join(',')}]`),
      ),
    parse: throughApi((output) => {
      const rows = readRows(row)(output);
      if (!('value' in rows)) return rows;
      return {
        value: rows.value.flatMap(([namespace, name, [owner], [ready], runningSince]) => {
          const [kind = '', of = ''] = owner ?? [];
          if (kind !== 'DaemonSet' && kind !== 'Node') return [];
          const pod = { namespace, name, ready: ready === 'True', runningSince };
          return [kind === 'DaemonSet' ? { ...pod, daemonSet: of } : pod];
        }),
      };
    }),
  });
