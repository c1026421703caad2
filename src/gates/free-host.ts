import { z } from 'zod';
import { nodePorts } from '../commands/new-host.ts';
import { cgroupVersion, type CgroupVersion } from '../facts/cgroup-version.ts';
import { isFreeFor, isMarked, newHost, type NewHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { overlaps, parseSubnet } from '../model/subnet.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { minorOf, minorsBetween } from '../model/version.ts';
import { allowsCgroupV1 } from '../steps/init-configuration.ts';
import { defineStep } from '../steps/step.ts';
import { occupied, withoutAddress } from './bare-host.ts';
import { refusesCgroupV1 } from './cgroup-version.ts';

const parameters = z.strictObject({
  version: z.string(),
  podSubnet: z.string().optional(),
  serviceSubnet: z.string().optional(),
  kubeadmDocuments: z.string().optional(),
  nodeAddress: z.string().optional(),
  /** The cluster is there, and so are its networks. */
  joins: z.boolean().optional(),
});
type Wish = z.output<typeof parameters>;

/** kubeadm's own limits: constants.go, ControlPlaneNumCPU and ControlPlaneMem. */
const leastCpus = 2;
const leastMegabytes = 1700;

const sizeOf = ({ node, role, kubeadm }: NodeSubject, { cpus, memoryKiB }: NewHost): readonly Trouble[] => {
  if (role !== 'control-plane') return [];
  const ignored = new Set(kubeadm.ignorePreflightErrors.map((each) => each.toLowerCase()));
  const megabytes = Math.floor(memoryKiB / 1024);
  const ways = [
    { check: 'NumCPU', short: cpus < leastCpus, is: `${cpus} CPU`, least: `${leastCpus}` },
    { check: 'Mem', short: megabytes < leastMegabytes, is: `${megabytes} MB of memory`, least: `${leastMegabytes} MB` },
  ];
  return ways
    .filter(({ check, short }) => short && !ignored.has(check.toLowerCase()) && !ignored.has('all'))
    .map(({ check, is, least }) => ({
      because: `${node} is to be a control plane, and has ${is}: kubeadm asks for ${least}`,
      fix: `give the machine more; or, for a cluster that nobody depends on: kubeadm: { ignorePreflightErrors: [${check}] } in the inventory`,
    }));
};

const portsOf = ({ node, role }: NodeSubject, { ports }: NewHost): readonly Trouble[] => {
  const needed: readonly number[] = role === 'control-plane' ? nodePorts['control-plane'] : nodePorts.worker;
  const taken = needed.filter((port) => ports.includes(port));
  return taken.length === 0
    ? []
    : [
        {
          because: `${node}: something listens on ${taken.join(', ')}, which a ${role} needs`,
          fix: `see what it is: ss -ltnp 'sport = :${taken[0] ?? ''}' on ${node}; stop it, or name another host`,
        },
      ];
};

const subnetsOf = ({ podSubnet = '', serviceSubnet = '' }: Wish) =>
  [
    { key: 'podSubnet', text: podSubnet },
    { key: 'serviceSubnet', text: serviceSubnet },
  ].flatMap(({ key, text }) =>
    text.split(',').flatMap((each) => {
      const subnet = parseSubnet(each);
      return subnet === undefined ? [] : [{ key, text: each, subnet }];
    }),
  );

const networksOf = ({ node }: NodeSubject, { routes }: NewHost, wish: Wish): readonly Trouble[] =>
  subnetsOf(wish).flatMap(({ key, text, subnet }) => {
    const met = routes.filter((route) => {
      const other = parseSubnet(route);
      return other !== undefined && overlaps(subnet, other);
    });
    return met.length === 0
      ? []
      : [
          {
            because: `${node}: ${text}, the cluster’s ${key}, overlaps ${met.join(', ')}, which the host has a route to`,
            fix: `choose another that is free everywhere: create: { ${key}: … } in the inventory`,
          },
        ];
  });

const addressOf = (on: NodeSubject, host: NewHost, { nodeAddress }: Wish): readonly Trouble[] => {
  if (nodeAddress === undefined) return withoutAddress(on.node, host);
  return host.addresses.includes(nodeAddress)
    ? []
    : [
        {
          because: `${on.node} does not have the address ${nodeAddress}: it has ${host.addresses.join(', ') || 'none'}`,
          fix: `correct address: of ${on.node} in the inventory`,
        },
      ];
};

const groupsOf = (
  { node, cluster }: NodeSubject,
  host: NewHost,
  cgroup: CgroupVersion | undefined,
  { version, kubeadmDocuments, joins }: Wish,
): readonly Trouble[] => [
  ...(host.criOff
    ? [
        {
          because: `${node}: containerd runs without the part that a kubelet asks (disabled_plugins has cri)`,
          fix: `on ${node}: containerd config default > /etc/containerd/config.toml, with SystemdCgroup = true, and systemctl restart containerd`,
        },
      ]
    : []),
  // One that is ours, and was not configured yet, is configured next.
  ...(cgroup?.version === 2 && host.driver === 'cgroupfs' && !host.criOff && !isMarked(host, cluster, 'runtime')
    ? [
        {
          because: `${node}: containerd manages control groups by itself, where systemd does (cgroup v2)`,
          fix: `on ${node}: SystemdCgroup = true in /etc/containerd/config.toml, and systemctl restart containerd`,
        },
      ]
    : []),
  // A kubelet that joins gets the cluster's configuration: the gate cgroup-version asks that one.
  ...(joins !== true &&
  cgroup?.version === 1 &&
  minorsBetween(refusesCgroupV1, version) >= 0 &&
  !allowsCgroupV1(kubeadmDocuments)
    ? [
        {
          because: `${node}: cgroup v1, on which a kubelet ${minorOf(version)} does not start`,
          fix: 'boot it with systemd.unified_cgroup_hierarchy=1; or let its kubelet: failCgroupV1: false in a KubeletConfiguration, create: { configuration: FILE } in the inventory',
        },
      ]
    : []),
];

/** A host that can become a node: nothing of a cluster is on it, and nothing stands in a node's way. */
export const freeHost = defineStep({
  id: 'free-host',
  subject: 'node',
  title: () => 'a host that can become a node',
  with: parameters,
  detect: (_wish, _on: NodeSubject) => ({ host: newHost, cgroup: cgroupVersion }),
  optional: ['cgroup'],

  check: ({ host, cgroup }, wish, on) => {
    const begun = isMarked(host, on.cluster, 'initialised') || isMarked(host, on.cluster, 'joined');
    if (begun) return judged([], []);
    const free = isFreeFor(host, on.cluster);
    return judged(
      [
        ...(free ? [] : occupied(on.node, host.remains)),
        // What was begun for this cluster may listen already, and pods of its network may have routes.
        ...(host.remains.length > 0 ? [] : portsOf(on, host)),
        ...sizeOf(on, host),
        ...(wish.joins === true || host.remains.length > 0 ? [] : networksOf(on, host, wish)),
        ...addressOf(on, host, wish),
        ...groupsOf(on, host, cgroup, wish),
      ],
      [],
    );
  },

  explain: {
    why: 'kubeadm finds most of it as well, on one host after the other, in the middle; and a pod network that the host has a route to cuts both off.',
    source: 'kubernetes.io, Installing kubeadm, "Before you begin"; kubeadm init, preflight checks',
    type: ['ls /etc/kubernetes/manifests /var/lib/etcd', 'ss -ltn', 'ip route', 'nproc; free -m'],
  },
});
