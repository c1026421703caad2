/** What the manifests need to know of the cluster: the node that is drained, and the other one. */
export interface Ground {
  readonly image: string;
  readonly here: string;
  readonly there: string;
  readonly controlPlane: string;
}

export interface PodParts {
  readonly spec?: object;
  readonly container?: object;
  readonly replicas?: number;
  readonly finalizers?: readonly string[];
}

export const hostname = 'kubernetes.io/hostname';

const template = ({ image }: Ground, app: string, { spec = {}, container = {}, finalizers = [] }: PodParts) => ({
  metadata: { labels: { app }, finalizers },
  spec: {
    terminationGracePeriodSeconds: 3,
    containers: [{ name: 'c', image, args: ['pause'], ...container }],
    ...spec,
  },
});

export const deployment = (ground: Ground, name: string, parts: PodParts = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: parts.replicas ?? 1,
    selector: { matchLabels: { app: name } },
    template: template(ground, name, parts),
  },
});

export const statefulSet = (ground: Ground, name: string, parts: PodParts = {}) => {
  const { spec, ...rest } = deployment(ground, name, parts);
  return { ...rest, kind: 'StatefulSet', spec: { ...spec, serviceName: name, podManagementPolicy: 'Parallel' } };
};

export const daemonSet = (ground: Ground, name: string) => {
  const { spec, ...rest } = deployment(ground, name);
  return { ...rest, kind: 'DaemonSet', spec: { selector: spec.selector, template: spec.template } };
};

export const job = (ground: Ground, name: string, args: readonly string[], finalizers: readonly string[] = []) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { template: template(ground, name, { spec: { restartPolicy: 'Never' }, container: { args }, finalizers }) },
});

export const lonePod = (ground: Ground, name: string, parts: PodParts = {}) => {
  const { metadata, spec } = template(ground, name, parts);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec };
};

/** About the pods of `a` where nothing else is said. */
export const budget = (rule: object, selector: object | undefined = { matchLabels: { app: 'a' } }, name = 'b') => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { ...rule, ...(selector === undefined ? {} : { selector }) },
});

/** A volume made by hand, and the claim `data` that is bound to it. */
export const volume = (name: string, source: object): readonly object[] => {
  const resources = { storage: '1Mi' };
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: 'by-hand' };
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: { ...common, capacity: resources, persistentVolumeReclaimPolicy: 'Retain', ...source },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { ...common, volumeName: name, resources: { requests: resources } },
    },
  ];
};

export const claiming: PodParts = {
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
};

/** Only these nodes. */
export const onlyOn = (...nodes: readonly string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: hostname, operator: 'In', values: nodes }] }],
      },
    },
  },
});

export const apart = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: hostname, labelSelector: { matchLabels: { app: 'a' } } },
      ],
    },
  },
};

export const spread = (more: object = {}, app = 'a') => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: hostname,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app } },
      ...more,
    },
  ],
});

const evictions = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] };

/** A policy that lets nobody be evicted from one namespace. */
export const refusingPolicy = (namespace: string): readonly object[] => [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'nobody-leaves' },
    spec: {
      matchConstraints: { resourceRules: [evictions] },
      validations: [{ expression: `object.metadata.namespace != '${namespace}'`, message: 'nobody leaves' }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'nobody-leaves' },
    spec: { policyName: 'nobody-leaves', validationActions: ['Deny'] },
  },
];

/** A webhook for the evictions of one namespace, behind which is nobody. */
export const lostWebhook = (namespace: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'lost' },
  webhooks: [
    {
      name: 'lost.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      clientConfig: { service: { namespace, name: 'nobody', path: '/' } },
      rules: [evictions],
    },
  ],
});
