import type { Playbook, PlaybookItem } from './schema.ts';

/** What every step may take without a playbook saying so; run/run-settings.ts gives them their values. */
export const settingNames = [
  'backupPlaces',
  'compatibility',
  'controlPlaneNames',
  'deleteEmptyDirData',
  'drainTimeoutMs',
  'encrypted',
  'lockSeconds',
  'maxApiDowntimeMs',
  'maxUnavailable',
  'nodeNames',
  'parameters',
  'run',
  'workerNames',
] as const;

/** Of the inventory, where it has them, or where the cluster is made. */
const settingsOfInventory = [
  'endpoint',
  'etcdHosts',
  'further',
  'ignoreWindow',
  'kubeadmDocuments',
  'maxBackupAgeMs',
  'nodeAddress',
  'nodeLabels',
  'nodeTaints',
  'packageSource',
  'podSubnet',
  'serviceSubnet',
];

const givenByEach: Readonly<Record<NonNullable<Extract<PlaybookItem, { readonly uses: string }>['each']>, string>> = {
  cni: 'addon',
  addons: 'addon',
  'backup-hooks': 'hook',
  window: 'window',
  'external-etcd': 'etcdHosts',
};

/** The names of what a step of this playbook gets beside what stands under its `with:`. */
export const givenTo = (
  item: Extract<PlaybookItem, { readonly uses: string }>,
  { parameters, hops }: Pick<Playbook, 'parameters' | 'hops'>,
): ReadonlySet<string> =>
  new Set([
    ...settingNames,
    ...settingsOfInventory,
    ...Object.keys(parameters),
    ...(hops === false ? [] : ['version']),
    ...(item.each === undefined ? [] : [givenByEach[item.each]]),
  ]);
