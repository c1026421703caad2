import { controlPlanes, etcdHosts } from '../model/cluster.ts';
import type { Lack, RecoveryStep } from '../model/disaster.ts';
import { backupLacks, lossSince, recoveryTime } from './expected.ts';
import type { DisasterSight, Foreseen } from './sight.ts';

const hostOf = (endpoint: string): string => endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

/** A control plane that everything asks by its own address takes the API with it, whatever the others do. */
const endpointLacks = ({ cluster, endpoint, seen }: DisasterSight): readonly Lack[] => {
  const planes = controlPlanes(cluster);
  const host = endpoint === undefined ? undefined : hostOf(endpoint);
  const addresses = new Map(seen?.nodes.map(({ name, internalIp }) => [name, internalIp]));
  const one = planes.find(
    ({ name, ssh }) => host !== undefined && [name, ssh.host, addresses.get(name)].includes(host),
  );
  return one === undefined || planes.length === 1
    ? []
    : [
        {
          grave: true,
          what: `everything asks for the API at ${endpoint ?? ''}, which is ${one.name} itself: without it the other API servers are not found`,
          fix: 'a load balancer or a virtual address, and its name in the certificates: kubernetes.io, Creating Highly Available Clusters with kubeadm',
        },
      ];
};

const replaced = (node: string, selection: string): readonly RecoveryStep[] => [
  {
    type: `nodeops diagnose ${node} ${selection}`,
    why: 'What it was lost of; a machine that comes back needs no replacement',
  },
  {
    type: `nodeops node replace ${node} ${selection}`,
    why: 'Its etcd member and its Node object are taken out first, then a bare machine of the same name joins',
  },
  { type: `nodeops etcd status ${selection}`, why: 'As many voters as before, all of them healthy' },
];

const severalLeft = (sight: DisasterSight, names: readonly string[]): Foreseen => ({
  title: 'The machine of a control plane is lost',
  impact: [
    `${names.length - 1} of ${names.length} API servers go on, and etcd keeps its quorum: no pod is touched`,
    ...(etcdHosts(sight.cluster).length > 0
      ? []
      : [`etcd members that may fail as well until it is replaced: ${Math.floor((names.length - 1) / 2) - 1}`]),
  ],
  steps: replaced(names[0] ?? '', sight.selection),
  missing: endpointLacks(sight),
  recovery: recoveryTime(sight, ['node-forget', 'node-add'], 'with a bare machine at hand'),
  loss: { ms: 0, how: 'nothing: the other etcd members have it all' },
});

const pair = (sight: DisasterSight, [lost = '', left = '']: readonly string[]): Foreseen => ({
  title: 'The machine of a control plane is lost',
  impact: [
    'two etcd members need each other: the one that is left answers nobody, and the API is away',
    'pods go on as they are; nothing is started, moved or scaled',
  ],
  steps: [
    { type: `take ${lost} out of the inventory`, why: 'A restore waits for every control plane that is named there' },
    {
      type: `nodeops restore last ${sight.selection}`,
      why: `etcd on ${left} becomes a cluster of one member; with what it still answers kept aside`,
    },
    {
      type: `nodeops node add ${lost} ${sight.selection}`,
      why: 'Once a bare machine of that name is there, and back in the inventory',
    },
  ],
  missing: [
    { grave: false, what: 'two control planes bear no loss', fix: 'a third one: nodeops node add' },
    ...backupLacks(sight),
    ...endpointLacks(sight),
  ],
  recovery: recoveryTime(sight, ['restore', 'node-add'], 'with a bare machine at hand'),
  loss: lossSince(sight),
});

const single = (sight: DisasterSight, [name = '']: readonly string[]): Foreseen => ({
  title: 'The machine of the control plane is lost',
  impact: [
    'the API and etcd are gone; pods go on as they are; nothing is started, moved or scaled',
    `keys and certificates of the cluster are gone with it, but for those in a backup`,
  ],
  steps: [
    {
      type: `write recovery.yaml: the cluster ${sight.cluster.name} with bare machines`,
      why: 'Machines that still run have to be reset first (kubeadm reset): they would go on with the cluster of before',
    },
    {
      type: `nodeops restore last --onto recovery.yaml --cluster ${sight.cluster.name}`,
      why: 'Makes the cluster anew on them, with its authorities and all of its objects out of the backup',
    },
    { type: `nodeops verify --inventory recovery.yaml --cluster ${sight.cluster.name}`, why: 'It is whole' },
  ],
  missing: [
    { grave: false, what: `${name} is the only control plane`, fix: 'two more behind a load balancer: docs/create.md' },
    ...backupLacks(sight),
  ],
  recovery: recoveryTime(sight, ['restore-onto'], 'with bare machines at hand'),
  loss: lossSince(sight),
});

/** A control plane whose machine does not come back; with stacked etcd its member goes with it. */
export const controlPlaneLost = (sight: DisasterSight): Foreseen => {
  const names = controlPlanes(sight.cluster).map(({ name }) => name);
  if (names.length === 1) return single(sight, names);
  return names.length === 2 && etcdHosts(sight.cluster).length === 0 ? pair(sight, names) : severalLeft(sight, names);
};
