import type { EtcdMember } from '../facts/etcd-members.ts';
import type { KubeadmConfig } from '../facts/kubeadm-config.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { Trouble } from '../model/verdict.ts';
import type { MemberTrouble } from '../steps/etcd-condition.ts';

/** Where kubeadm's configuration and the inventory do not agree on where etcd is. */
export const elsewhere = (
  cluster: string,
  { etcd, etcdEndpoints = [] }: KubeadmConfig,
  hosts: readonly string[] | undefined,
): Trouble | undefined => {
  if (etcd === 'external' && hosts === undefined)
    return {
      because: `kubeadm-config of ${cluster} has external etcd (${etcdEndpoints.join(', ') || 'without endpoints'}), and the inventory no host for it`,
      fix: 'name each of its hosts under `nodes:`: { name: NAME-OF-THE-MEMBER, host: ADDRESS, role: etcd }; docs/inventory.md, "External etcd"',
    };
  if (etcd === 'local' && hosts !== undefined)
    return {
      because: `the inventory of ${cluster} has hosts for etcd (${hosts.join(', ')}), and kubeadm-config has etcd on the control planes`,
      fix: 'take the nodes with `role: etcd` out of the inventory; where etcd was really moved, kubeadm-config has to say so: kubectl -n kube-system edit configmap kubeadm-config',
    };
  return undefined;
};

/** Addresses that the upgrade writes into the API servers' manifests, and that no member tells its clients. */
export const strayEndpoints = (
  { etcdEndpoints = [] }: KubeadmConfig,
  members: readonly EtcdMember[],
): readonly Trouble[] => {
  const told = new Set(members.flatMap(({ clientUrls }) => clientUrls));
  const stray = etcdEndpoints.filter((url) => !told.has(url.replace(/\/+$/, '')));
  return stray.length === 0
    ? []
    : [
        {
          because: `kubeadm-config has external etcd at ${stray.join(', ')}, where no member says that it is: the upgrade has the API servers use that`,
          fix: 'compare it with `nodeops etcd members`; other names for the same members are fine',
        },
      ];
};

/** What to do about a member that runs on a host of its own. */
export const onItsHost = ({ member, kind, text }: MemberTrouble): Trouble => {
  const id = hexId(member.id);
  const host = member.name === '' ? `the host at ${member.peerUrls.join(', ')}` : member.name;
  const service = `see why on ${host}: systemctl status etcd; journalctl -u etcd`;
  const fixes: Record<MemberTrouble['kind'], string> = {
    'not-started': `start it there (${host}), or take it out with etcdctl member remove ${id}`,
    learner: `once it is in sync: etcdctl member promote ${id}; or take it out with etcdctl member remove ${id}: it has no vote, and counts for no quorum`,
    foreign: `stop it now (systemctl stop etcd on ${host}), before an API server asks it; then replace the member: etcd.io, Runtime reconfiguration, "Remove a member"`,
    unhealthy: service,
    lagging: `wait until it has caught up; ${service}`,
    alarm: 'look closer: nodeops etcd status',
  };
  return { because: text, fix: fixes[kind] };
};
