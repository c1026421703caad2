import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { count, list, listOf, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface Workload {
  readonly namespace: string;
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  readonly name: string;
  readonly images: readonly string[];
  readonly desired: number;
  /** All pods it has, of the old and the new template. */
  readonly total: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Its controller has seen the newest specification: the numbers are about that one. */
  readonly observed: boolean;
}

/**
 * Every pod is of the newest template and ready. Stricter than `kubectl rollout status`, which is content with a
 * Deployment that lacks as many ready pods as its maxUnavailable allows.
 */
export const rolledOut = ({ observed, desired, total, updated, ready }: Workload): boolean =>
  observed && updated === desired && ready === desired && total === desired;

/** The same of a DaemonSet whose pods need not be ready on so many nodes. */
export const rolledOutBut = (away: number, workload: Workload): boolean =>
  rolledOut(workload) ||
  (workload.kind === 'DaemonSet' &&
    workload.observed &&
    workload.updated >= workload.desired - away &&
    workload.ready >= workload.desired - away);

const daemonSet = 'eq .kind "DaemonSet"';
const either = (ofDaemonSet: string, ofOthers: string): string =>
  `{{if ${daemonSet}}}${count(`.status.${ofDaemonSet}`)}{{else}}${count(ofOthers)}{{end}}`;

const columns: readonly string[] = [
  text('.metadata.namespace'),
  text('.kind'),
  text('.metadata.name'),
  list('.spec.template.spec.containers', text('.image')),
  either('desiredNumberScheduled', '.spec.replicas'),
  either('currentNumberScheduled', '.status.replicas'),
  either('updatedNumberScheduled', '.status.updatedReplicas'),
  either('numberReady', '.status.readyReplicas'),
  either('numberAvailable', '.status.availableReplicas'),
  count('.metadata.generation'),
  count('.status.observedGeneration'),
];

const workloadRow = z
  .tuple([
    z.string(),
    z.enum(['Deployment', 'DaemonSet', 'StatefulSet']),
    z.string(),
    listOf(z.string()),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
    z.number(),
  ])
  .transform(([namespace, kind, name, images, desired, total, updated, ready, available, newest, seen]): Workload => ({
    namespace,
    kind,
    name,
    images,
    desired,
    total,
    updated,
    ready,
    available,
    observed: seen >= newest,
  }));

/** Source: kubectl get, apps/v1 (DeploymentStatus, DaemonSetStatus, StatefulSetStatus); recorded on the lab, 1.35.4. */
export const workloads = defineFact<readonly Workload[]>({
  id: 'workloads',
  subject: 'cluster',
  command: (place) =>
    get(place, 'deployments,daemonsets,statefulsets', '--all-namespaces', rowsOf(`[${columns.join(',')}]`)),
  parse: throughApi(readRows(workloadRow)),
});
