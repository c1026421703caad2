import { isIP } from 'node:net';
import { z } from 'zod';
import { backupSchema } from './backup-schema.ts';
import { addonSchema, cniSchema } from './addon-schema.ts';
import { compatibilitySchema } from './compatibility-schema.ts';
import { createSchema, taintsSchema } from './create-schema.ts';
import { duration } from '../documents/duration-field.ts';
import { checked, flag, fullList, list, map, text } from '../documents/fields.ts';
import { maintenanceHooks } from '../documents/hook-form.ts';
import { isLabelKey, isLabelValue, isSubdomain, subdomainHint } from './names.ts';
import { limitsSchema } from './limits-schema.ts';
import { probesSchema } from './probe-schema.ts';
import { becomeSchema, host, sshSchema } from './ssh-schema.ts';
import { maxUnavailable, role, version } from './values.ts';
import { webhooksSchema } from './webhook-schema.ts';
import { wavesSchema } from './wave-schema.ts';
import { blackoutHint, cronHint, isBlackout, isCron, isTimezone, timezoneHint } from './window-form.ts';

const name = checked('a name of lower-case letters, digits, - and . (RFC 1123)', isSubdomain, subdomainHint);
const nodePath = checked('an absolute path on the node', (path) => path.startsWith('/'));

const kubeadm = map('a map of kubeadm options', {
  ignorePreflightErrors: list('a list of check names, e.g. [Swap]', text('the name of a check')).exactOptional(),
  patches: nodePath.exactOptional(),
  config: nodePath.exactOptional(),
});

/** Which settings there are the kubelets know: they are asked before anything is changed. */
const kubelet = map('a map with configuration', {
  configuration: z
    .record(z.string(), z.unknown(), { error: 'a map of settings of a KubeletConfiguration, e.g. { maxPods: 150 }' })
    .exactOptional(),
});

const drain = map('a map of drain options', {
  timeout: duration.exactOptional(),
  deleteEmptyDirData: flag.exactOptional(),
});

const apt = map('a map of apt options', { lockTimeout: duration.exactOptional() });

const workers = map('a map with maxUnavailable', { maxUnavailable: maxUnavailable.exactOptional() });

const windowForm = 'a map with cron, duration and timezone, or none';

const window = map(windowForm, {
  cron: checked('five fields of crontab(5), e.g. "0 1 * * SAT"', isCron, cronHint),
  duration,
  timezone: checked('a time zone such as Europe/Paris or UTC', isTimezone, timezoneHint),
  blackouts: list(
    'a list of days, e.g. [2026-12-24, 2026-12-27/2027-01-03]',
    checked('a day such as 2026-12-24, or two with / between them', isBlackout, blackoutHint),
  ).exactOptional(),
});

const operators = list(
  'a list of operators, e.g. [ana, ben@bastion]',
  checked('a login name, or login@host', (login) => /^[^\s@,]+(@[^\s@,]+)?$/.test(login)),
);

const labels = z.record(
  z.string().refine(isLabelKey, { error: 'a label key as in Kubernetes' }),
  checked('a label value as in Kubernetes', isLabelValue),
  { error: 'a map of labels' },
);

const node = map('a map with name, host and role', {
  name,
  host,
  role,
  spare: flag.exactOptional(),
  address: checked('an IP address of the host', (written) => isIP(written) !== 0).exactOptional(),
  labels: labels.exactOptional(),
  taints: taintsSchema.exactOptional(),
  ssh: sshSchema.exactOptional(),
  become: becomeSchema.exactOptional(),
  kubeadm: kubeadm.exactOptional(),
});

const evictionsForm = 'a number of pods from 1';

const layer = {
  version: version.exactOptional(),
  protected: flag.exactOptional(),
  window: z.union([z.literal('none'), window], { error: windowForm }).exactOptional(),
  operators: operators.exactOptional(),
  ssh: sshSchema.exactOptional(),
  become: becomeSchema.exactOptional(),
  kubeadm: kubeadm.exactOptional(),
  kubelet: kubelet.exactOptional(),
  drain: drain.exactOptional(),
  apt: apt.exactOptional(),
  workers: workers.exactOptional(),
  backup: backupSchema.exactOptional(),
  compatibility: compatibilitySchema.exactOptional(),
  maxApiDowntime: duration.exactOptional(),
  maxEvictions: z.int({ error: evictionsForm }).min(1, { error: evictionsForm }).exactOptional(),
  create: createSchema.exactOptional(),
  webhooks: webhooksSchema.exactOptional(),
  hooks: maintenanceHooks.exactOptional(),
};

const clusterShape = {
  name,
  labels: labels.exactOptional(),
  ...layer,
  probes: probesSchema.exactOptional(),
  cni: cniSchema.exactOptional(),
  addons: list('a list of add-ons', addonSchema).exactOptional(),
  nodes: fullList('a list with at least one node', node),
};

const layerForm = 'a map of what clusters share';

/** By the value of a label of the clusters, what those share that have it. */
const labelledLayer = z.record(
  z.string().refine((value) => value !== '' && isLabelValue(value), { error: 'a label value as in Kubernetes' }),
  map(layerForm, layer),
  { error: 'a map of layers, e.g. { prod: { drain: { timeout: 20m } } }' },
);

/** How many clusters one entry may stand for: a lab of a hundred is none. */
const mostGenerated = 100;
const countForm = `a number of clusters from 1 to ${mostGenerated}`;
export const count = z.int({ error: countForm }).min(1, { error: countForm }).max(mostGenerated, { error: countForm });

const head = {
  apiVersion: z.literal('nodeops/v1', { error: 'nodeops/v1' }),
  kind: z.literal('Inventory', { error: 'Inventory' }),
  defaults: map('a map of defaults', layer).exactOptional(),
};

/** What all clusters of an inventory share. */
const sharedShape = {
  ...head,
  environments: labelledLayer.exactOptional(),
  regions: labelledLayer.exactOptional(),
  limits: limitsSchema.exactOptional(),
  waves: wavesSchema.exactOptional(),
};

const clusterSchema = map('a map with name and nodes', clusterShape);
const clusters = fullList(
  'a list with at least one cluster',
  map('a map with name and nodes', { ...clusterShape, count: count.exactOptional() }),
);

/** Several clusters under `clusters:`. */
export const fleetSchema = map('an inventory', { ...sharedShape, clusters });

/** What clusters of other files share. */
export const sharedSchema = map('an inventory', sharedShape);

/** One cluster, its keys at the top of the file. */
export const singleSchema = map('an inventory', { ...head, ...clusterShape, name: name.exactOptional() });

export type SharedSettings = z.output<typeof sharedSchema>;
export type ClusterSettings = z.output<typeof clusterSchema>;
export type NodeSettings = z.output<typeof node>;
export type LayerSettings = Pick<ClusterSettings, keyof typeof layer>;
export type KubeadmSettings = z.output<typeof kubeadm>;

/** What a single cluster is called when it is not said. */
export const singleName = 'cluster';
