import { SimulatorGap } from '../../gap.ts';

export interface Resource {
  readonly kind: string;
  readonly plural: string;
  readonly names: readonly string[];
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
}

const resource = (
  kind: string,
  plural: string,
  names: readonly string[],
  group = '',
  namespaced = true,
  version = 'v1',
): Resource => ({ kind, plural, names: [plural, kind.toLowerCase(), ...names], group, version, namespaced });

const resources: readonly Resource[] = [
  resource('Node', 'nodes', ['no'], '', false),
  resource('Namespace', 'namespaces', ['ns'], '', false),
  resource('Pod', 'pods', ['po']),
  resource('ConfigMap', 'configmaps', ['cm']),
  resource('Secret', 'secrets', []),
  resource('Service', 'services', ['svc']),
  resource('ServiceAccount', 'serviceaccounts', ['sa']),
  resource('Event', 'events', ['ev']),
  resource('Deployment', 'deployments', ['deploy'], 'apps'),
  resource('DaemonSet', 'daemonsets', ['ds'], 'apps'),
  resource('StatefulSet', 'statefulsets', ['sts'], 'apps'),
  resource('Job', 'jobs', [], 'batch'),
  resource('PodDisruptionBudget', 'poddisruptionbudgets', ['pdb'], 'policy'),
  resource('Lease', 'leases', [], 'coordination.k8s.io'),
  resource('ClusterRole', 'clusterroles', [], 'rbac.authorization.k8s.io', false),
  resource('ClusterRoleBinding', 'clusterrolebindings', [], 'rbac.authorization.k8s.io', false),
  resource('PersistentVolume', 'persistentvolumes', ['pv'], '', false),
  resource('PersistentVolumeClaim', 'persistentvolumeclaims', ['pvc']),
  resource(
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    [],
    'admissionregistration.k8s.io',
    false,
  ),
  resource('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', [], 'admissionregistration.k8s.io', false),
  resource('ValidatingAdmissionPolicy', 'validatingadmissionpolicies', [], 'admissionregistration.k8s.io', false),
  resource('CustomResourceDefinition', 'customresourcedefinitions', ['crd'], 'apiextensions.k8s.io', false),
];

const byName = new Map(
  resources.flatMap((one) =>
    one.names.flatMap((name) => [
      [name, one] as const,
      ...(one.group === '' ? [] : [[`${name}.${one.group}`, one] as const]),
    ]),
  ),
);

/** `pods`, `deploy`, `poddisruptionbudgets.policy` → what they mean. @throws SimulatorGap for a kind that is not modelled. */
export const resourceOf = (name: string): Resource => {
  const found = byName.get(name.toLowerCase());
  if (found === undefined) throw new SimulatorGap(`kubectl: resource type ${name}`);
  return found;
};

/** By what a manifest says; undefined where the cluster has no such kind. */
export const resourceOfKind = (apiVersion: string, kind: string): Resource | undefined => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  return resources.find((one) => one.kind === kind && one.group === group && one.version === version);
};

/** `deployments.apps`, `nodes`: as error messages name it. */
export const qualified = ({ plural, group }: Resource): string => (group === '' ? plural : `${plural}.${group}`);

/** `pod`, `deployment.apps`: as the lines of successes name it. */
export const singular = ({ kind, group }: Resource): string =>
  group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
