import { listOf, type NodeObject } from '../cluster/objects.ts';
import type { Host, HostNetwork } from '../world/host.ts';

/** A rule that somebody made for the host itself: it is nobody else's to take away. */
export const ownRule = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';

/** As kube-proxy and the portmap plug-in leave them, a line of each kind. Source: kube-proxy, iptables mode; CNI, portmap. */
const podRules = [
  ':KUBE-SERVICES - [0:0]',
  ':KUBE-FORWARD - [0:0]',
  ':CNI-HOSTPORT-DNAT - [0:0]',
  '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
  '-A OUTPUT -j KUBE-SERVICES',
  '-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT',
];

/** A host of which no cluster knows. */
export const bareNetwork = (): HostNetwork => ({ interfaces: new Set(), rules: [ownRule] });

/** What its pods have made of a host's network, once kube-proxy and the network's own pod run there. */
export const layPodNetwork = ({ network }: Host): void => {
  network.interfaces.add('cni0');
  network.rules = [...new Set([...network.rules, ...podRules])];
};

/** What the kernel forgets with a restart; the host's own rules are loaded again by whoever keeps them. */
export const forgetPodNetwork = ({ network }: Host): void => {
  network.interfaces.clear();
  network.rules = [ownRule];
};

const rangeOf = (node: NodeObject): string | undefined => {
  const range = node.spec.podCIDR;
  return typeof range === 'string' ? range : undefined;
};

/** A host's own address among its pods: the first of their range. */
export const podGateway = (host: Host): string | undefined => {
  if (!host.network.interfaces.has('cni0')) return undefined;
  const own = listOf(host.world.objects, 'Node').find(({ metadata }) => metadata.name === host.name);
  return own === undefined ? undefined : rangeOf(own)?.replace(/\.0\/\d+$/, '.1');
};

/** Other nodes' pods, as a host reaches them. */
export const podRoutes = (host: Host): readonly string[] =>
  host.network.interfaces.has('cni0')
    ? listOf(host.world.objects, 'Node')
        .filter(({ metadata }) => metadata.name !== host.name)
        .flatMap((node) => rangeOf(node) ?? [])
    : [];
