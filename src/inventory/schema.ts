import { isIP } from 'node:net';
import { z } from 'zod';
import { backupSchema } from './backup-schema.ts';
import { addonSchema, cniSchema } from './addon-schema.ts';
import { compatibilitySchema } from './compatibility-schema.ts';
import { createSchema, taintsSchema } from './create-schema.ts';
import { checked, flag, fullList, list, map, text } from '../documents/fields.ts';
import { isLabelKey, isLabelValue, isSubdomain, subdomainHint } from './names.ts';
import { probesSchema } from './probe-schema.ts';
import { becomeSchema, host, sshSchema } from './ssh-schema.ts';
import { duration, maxUnavailable, role, version } from './values.ts';
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

const window = map('a map with cron, duration and timezone', {
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
  address: checked('an IP address of the host', (written) => isIP(written) !== 0).exactOptional(),
  labels: labels.exactOptional(),
  taints: taintsSchema.exactOptional(),
  ssh: sshSchema.exactOptional(),
  become: becomeSchema.exactOptional(),
  kubeadm: kubeadm.exactOptional(),
});

const layer = {
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
  create: createSchema.exactOptional(),
  webhooks: webhooksSchema.exactOptional(),
};

const clusterShape = {
  name,
  labels: labels.exactOptional(),
  version: version.exactOptional(),
  protected: flag.exactOptional(),
  window: window.exactOptional(),
  ...layer,
  probes: probesSchema.exactOptional(),
  cni: cniSchema.exactOptional(),
  addons: list('a list of add-ons', addonSchema).exactOptional(),
  nodes: fullList('a list with at least one node', node),
};

const head = {
  apiVersion: z.literal('nodeops/v1', { error: 'nodeops/v1' }),
  kind: z.literal('Inventory', { error: 'Inventory' }),
  defaults: map('a map of defaults', layer).exactOptional(),
};

const clusterForm = 'a map with name and nodes';

/** Several clusters under `clusters:`. */
export const fleetSchema = map('an inventory', {
  ...head,
  waves: wavesSchema.exactOptional(),
  clusters: fullList('a list with at least one cluster', map(clusterForm, clusterShape)),
});

/** One cluster, its keys at the top of the file. */
export const singleSchema = map('an inventory', { ...head, ...clusterShape, name: name.exactOptional() });

const clusterSchema = map(clusterForm, clusterShape);
export type ClusterSettings = z.output<typeof clusterSchema>;
export type NodeSettings = z.output<typeof node>;
export type LayerSettings = Pick<ClusterSettings, keyof typeof layer>;
export type KubeadmSettings = z.output<typeof kubeadm>;

/** What a single cluster is called when it is not said. */
export const singleName = 'cluster';
