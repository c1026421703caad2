import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { smokeName, smokeNamespace, smokePage } from '../commands/smoke.ts';
import { defineFact } from './fact.ts';
import { count, flag, list, listOf, maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface SmokePod {
  readonly name: string;
  readonly node?: string;
  readonly ip?: string;
  /** On which its web server listens. */
  readonly port?: number;
  readonly ready: boolean;
  /** Why it does not run: `ErrImagePull: …`. */
  readonly troubles: readonly string[];
}

export interface SmokeDeployment {
  readonly desired: number;
  /** All its pods are of the newest template and ready. */
  readonly rolledOut: boolean;
  /** Why it makes no pods. */
  readonly troubles: readonly string[];
}

/** What there is in the namespace of the smoke test; nothing where that is not there. */
export interface SmokeWorkload {
  readonly deployment?: SmokeDeployment;
  /** What its web servers have to say. */
  readonly page?: string;
  /** The cluster's address of the Service. */
  readonly serviceIp?: string;
  /** Those that are not on their way out. */
  readonly pods: readonly SmokePod[];
}

const columns: readonly string[] = [
  text('.kind'),
  text('.metadata.name'),
  flag('.metadata.deletionTimestamp'),
  maybeText('.spec.clusterIP'),
  maybeText('.spec.nodeName'),
  maybeText('.status.podIP'),
  list('.status.conditions', text('.status'), 'eq .type "Ready"'),
  list(
    '.status.containerStatuses',
    `[${maybeText('.state.waiting.reason')},${maybeText('.state.waiting.message')}]`,
    '.state.waiting',
  ),
  list(
    '.status.conditions',
    `[${maybeText('.reason')},${maybeText('.message')}]`,
    'or (and (eq .type "PodScheduled") (eq .status "False")) (and (eq .type "ReplicaFailure") (eq .status "True"))',
  ),
  `[${['.spec.replicas', '.status.replicas', '.status.updatedReplicas', '.status.readyReplicas'].map(count).join(',')}]`,
  `[${count('.metadata.generation')},${count('.status.observedGeneration')}]`,
  list('.spec.containers', list('.ports', '{{.containerPort}}')),
  `{{if and (eq .kind "ConfigMap") (eq .metadata.name "${smokeName}")}}${text(`(index .data "${smokePage}")`)}{{else}}null{{end}}`,
];

const reason = z
  .tuple([z.string().nullable(), z.string().nullable()])
  .transform((parts) => parts.filter((part) => part !== null).join(': '));

const row = z.tuple([
  z.enum(['ConfigMap', 'Deployment', 'Service', 'Pod']),
  z.string(),
  z.boolean(),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  listOf(z.string()),
  listOf(reason),
  listOf(reason),
  z.tuple([z.number(), z.number(), z.number(), z.number()]),
  z.tuple([z.number(), z.number()]),
  listOf(listOf(z.number())),
  z.string().nullable(),
]);

type Row = z.infer<typeof row>;

const podOf = ([, name, , , node, ip, ready, waiting, conditions, , , [ports]]: Row): SmokePod => ({
  name,
  ...(node === null ? {} : { node }),
  ...(ip === null ? {} : { ip }),
  ...(ports?.[0] === undefined ? {} : { port: ports[0] }),
  ready: ready[0] === 'True',
  troubles: [...waiting, ...conditions].filter((each) => each !== 'ContainerCreating'),
});

const deploymentOf = ([, , , , , , , , troubles, counts, [generation, observed]]: Row): SmokeDeployment => ({
  desired: counts[0],
  rolledOut: observed >= generation && counts.every((each) => each === counts[0]),
  troubles,
});

const workloadOf = (rows: readonly Row[]): SmokeWorkload => {
  const staying = rows.filter(([, , deleting]) => !deleting);
  const deployment = staying.find(([kind]) => kind === 'Deployment');
  const page = staying
    .map((each) => each[12])
    .find((each) => each !== null)
    ?.trim();
  const serviceIp = staying.find(([kind]) => kind === 'Service')?.[3];
  return {
    ...(deployment === undefined ? {} : { deployment: deploymentOf(deployment) }),
    ...(page ? { page } : {}),
    ...(serviceIp ? { serviceIp } : {}),
    pods: staying.filter(([kind]) => kind === 'Pod').map(podOf),
  };
};

/** Source: kubectl get; apps/v1 DeploymentStatus, core/v1 PodStatus; recorded on the lab, 1.35.4. */
export const smokeWorkload = defineFact<SmokeWorkload>({
  id: 'smoke-workload',
  subject: 'cluster',
  command: (place) =>
    get(
      place,
      'configmaps,deployments,services,pods',
      `--namespace=${smokeNamespace}`,
      rowsOf(`[${columns.join(',')}]`),
    ),
  parse: throughApi((output) => {
    const rows = readRows(row)(output);
    return 'value' in rows ? { value: workloadOf(rows.value) } : rows;
  }),
});
