import { z } from 'zod';
import { annotationPath } from '../commands/json-pointer.ts';
import { get } from '../commands/kubectl.ts';
import type { Taint } from '../model/taint.ts';
import type { Version } from '../model/version.ts';
import { defineFact } from './fact.ts';
import { versionText } from './read-text.ts';
import { annotation, flag, list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface NodeObject {
  readonly name: string;
  readonly uid: string;
  readonly unschedulable: boolean;
  /** The run that cordoned it: annotation nodeops.dev/cordoned-by, which `kubectl uncordon` leaves behind. */
  readonly cordonedBy?: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly kubeletVersion: Version;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly internalIp?: string;
  readonly taints: readonly Taint[];
  readonly controlPlane: boolean;
  readonly containerRuntime: string;
  readonly osImage: string;
}

/** Whether it takes no new pods, for whatever reason. */
export const isOut = ({ unschedulable, ready }: NodeObject): boolean => unschedulable || ready !== 'True';

/**
 * Whether a run of ours keeps it out. The mark alone is left where somebody uncordoned the node: `kubectl uncordon` changes
 * `spec.unschedulable` only. Source: k8s.io/kubectl, drain/cordon.go.
 */
export const isOutForRun = ({ unschedulable, cordonedBy }: Pick<NodeObject, 'unschedulable' | 'cordonedBy'>): boolean =>
  unschedulable && cordonedBy !== undefined;

/** Kubernetes writes annotation keys of other programs as `domain/name`; this one is ours. */
export const cordonedByAnnotation = 'nodeops.dev/cordoned-by';

export const cordonedByPath = annotationPath(cordonedByAnnotation);

const fields: Readonly<Record<string, string>> = {
  name: text('.metadata.name'),
  uid: text('.metadata.uid'),
  unschedulable: flag('.spec.unschedulable'),
  cordonedBy: annotation(cordonedByAnnotation),
  ready: list('.status.conditions', text('.status'), 'eq .type "Ready"'),
  kubeletVersion: text('.status.nodeInfo.kubeletVersion'),
  machineId: text('.status.nodeInfo.machineID'),
  systemUuid: text('.status.nodeInfo.systemUUID'),
  internalIps: list('.status.addresses', text('.address'), 'eq .type "InternalIP"'),
  taints: list('.spec.taints', `{"key":${text('.key')},"value":${maybeText('.value')},"effect":${text('.effect')}}`),
  controlPlane: flag('exists .metadata "labels" "node-role.kubernetes.io/control-plane"'),
  containerRuntime: text('.status.nodeInfo.containerRuntimeVersion'),
  osImage: text('.status.nodeInfo.osImage'),
};

const template = `{${Object.entries(fields)
  .map(([name, value]) => `"${name}":${value}`)
  .join(',')}}`;

const taintRow = z
  .object({ key: z.string(), value: z.string().nullable(), effect: z.string() })
  .transform(({ value, ...taint }): Taint => (value === null ? taint : { ...taint, value }));

const nodeRow = z
  .object({
    name: z.string(),
    uid: z.string(),
    unschedulable: z.boolean(),
    cordonedBy: z.string().nullable(),
    ready: listOf(z.enum(['True', 'False', 'Unknown'])),
    kubeletVersion: versionText,
    machineId: z.string(),
    systemUuid: z.string(),
    internalIps: listOf(z.string()),
    taints: listOf(taintRow),
    controlPlane: z.boolean(),
    containerRuntime: z.string(),
    osImage: z.string(),
  })
  .transform(({ cordonedBy, ready, internalIps: [internalIp], ...node }): NodeObject => ({
    ...node,
    ready: ready[0] ?? 'Unknown',
    ...(cordonedBy === null ? {} : { cordonedBy }),
    ...(internalIp === undefined ? {} : { internalIp }),
  }));

/** Source: kubectl get nodes; recorded on the lab, 1.35.4 and 1.36.3. */
export const nodes = defineFact<readonly NodeObject[]>({
  id: 'nodes',
  subject: 'cluster',
  command: (place) => get(place, 'nodes', rowsOf(template)),
  parse: throughApi(readRows(nodeRow)),
});
