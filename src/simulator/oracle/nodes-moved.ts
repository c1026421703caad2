import type { KubeObject } from '../world/world.ts';
import { memberLacks } from './found-etcd.ts';
import type { NodesWish } from './nodes-wish.ts';
import { hasObject, isMember } from './nodes-watch.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

const traces = [
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/super-admin.conf',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/bootstrap-kubelet.conf',
  '/etc/kubernetes/controller-manager.conf',
  '/etc/kubernetes/scheduler.conf',
  '/etc/kubernetes/pki/ca.crt',
  '/etc/kubernetes/pki/ca.key',
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/pki',
  '/var/lib/etcd/member',
];

const emptied = ['/etc/kubernetes/manifests', '/etc/cni/net.d'];

/** What of a cluster is left on a host that has left it; its own rules of a firewall have to be there. */
export const bareLacks = ({ files, kubelet, components, network, power }: SeenHost): readonly string[] => {
  if (power !== 'up') return [];
  const running = [...components.values()].filter(({ state }) => state !== 'stopped');
  return [
    ...traces.filter((path) => files.stat(path) !== undefined).map((path) => `${path} is left`),
    ...emptied.flatMap((path) =>
      files.stat(path) === undefined ? [] : files.list(path).map((name) => `${path}/${name} is left`),
    ),
    ...(kubelet.running === undefined ? [] : ['its kubelet runs']),
    ...running.map(({ name }) => `its ${name} runs`),
    ...[...network.interfaces].map((name) => `the interface ${name} is left`),
    ...network.rules.filter((rule) => /KUBE-|CNI-/.test(rule)).map((rule) => `the rule ${rule} is left`),
    ...(network.rules.some((rule) => !/KUBE-|CNI-/.test(rule)) ? [] : ['its own firewall has lost its rules']),
  ];
};

export const recordsLeft = ({ name, files }: SeenHost): readonly string[] => {
  const records = '/var/lib/nodeops-host';
  if (files.stat(records) === undefined) return [];
  return files
    .list(records)
    .flatMap((cluster) => files.list(`${records}/${cluster}`).map((file) => `${cluster}/${file}`))
    .filter((file) => /(?:join[^/]*|upload|init)\.yaml$/.test(file))
    .map((file) => `${name}: ${records}/${file} is left, and a token is in it`);
};

/** Tokens and keys that were made for a join, wherever they may lie. */
const secretsLeft = (world: SeenWorld): readonly string[] => [
  ...world.objects
    .list('Secret', 'kube-system')
    .filter(({ metadata: { name } }) => name === 'kubeadm-certs' || name.startsWith('bootstrap-token-'))
    .map(({ metadata }) => `the Secret ${metadata.name} is left`),
  ...[...world.hosts.values()].flatMap(recordsLeft),
  ...[...world.hosts.values()]
    .filter(({ files }) => files.stat('/etc/kubernetes/bootstrap-kubelet.conf') !== undefined)
    .map(({ name }) => `${name}: bootstrap-kubelet.conf is left, and a token is in it`),
];

interface NodeFields {
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
}

const role = 'node-role.kubernetes.io/control-plane';
const others = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** What a control plane that joined lacks of one that always was: its vote, its programs, label and taint. */
const joinedLacks = (world: SeenWorld, host: SeenHost): readonly string[] => {
  if (host.role !== 'control-plane') return [];
  const node: (KubeObject & NodeFields) | undefined = world.objects.get('Node', undefined, host.name);
  const isAlone = [...world.hosts.values()].every((each) => each.role === 'control-plane');
  const isTainted = node?.spec?.taints?.some(({ key }) => key === role) === true;
  return [
    ...memberLacks(world, host.name),
    ...others
      .filter((name) => host.components.get(name)?.state !== 'running')
      .map((name) => `its ${name} does not run`),
    ...(node?.metadata.labels?.[role] === undefined ? ['it is not marked as a control plane'] : []),
    ...(isTainted === isAlone ? [`it is ${isTainted ? '' : 'not '}tainted as a control plane`] : []),
  ];
};

/** What still differs from what was asked for, of the nodes that leave and of what joins needed. */
export const nodesLacks = (world: SeenWorld, wish: NodesWish | undefined): readonly string[] => {
  if (wish === undefined) return [];
  const gone = [...wish.leaves].filter((name) => !wish.joins.has(name));
  const come = [...wish.joins].flatMap((name) => world.hosts.get(name) ?? []);
  return [
    ...come.flatMap((host) => joinedLacks(world, host).map((lack) => `${host.name}: ${lack}`)),
    ...gone.flatMap((name) => {
      const host = world.hosts.get(name);
      return [
        ...(hasObject(world, name) ? ['its Node object is left'] : []),
        ...(isMember(world, name) ? ['its member of etcd is left'] : []),
        ...(wish.gone || host === undefined ? [] : bareLacks(host)),
      ].map((lack) => `${name}: ${lack}`);
    }),
    ...secretsLeft(world),
  ];
};
