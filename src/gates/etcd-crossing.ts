import type { EtcdMember } from '../facts/etcd-members.ts';
import type { KubeadmConfig } from '../facts/kubeadm-config.ts';
import type { Trouble } from '../model/verdict.ts';
import { compareVersions, minorsBetween, type Version } from '../model/version.ts';
import { memberName, statusOf, type EtcdSight } from '../steps/etcd-condition.ts';

/**
 * From kubeadm 1.34 on the etcd that it brings is 3.6 (1.34: 3.6.4 or 3.6.5; 1.35: 3.6.6; 1.36: 3.6.8; 1.37: 3.7.0),
 * before that 3.5 (1.33: 3.5.24). Source: kubeadm's constants of each minor (DefaultEtcdVersion). A kubeadm that is not
 * on the node yet cannot be asked without writing, and only the minor of its etcd counts here.
 */
export const firstWithEtcd36 = '1.34.0';

/**
 * 3.5.26 looks at the v3 store for members that were removed and for learners that were promoted, which 3.6 believes;
 * below it the first start of 3.6 can find members that are long gone. Source: etcd.io, "How to prevent a common
 * failure when upgrading etcd v3.5 to v3.6"; etcd#19557, etcd#20793.
 */
const firstSafe35 = '3.5.26';

/** Operators may pin etcd's tag in kubeadm's configuration: then kubeadm leaves it at that. */
const brings36 = (target: Version, { etcdImageTag }: KubeadmConfig): boolean =>
  etcdImageTag === undefined ? minorsBetween(firstWithEtcd36, target) >= 0 : !/^v?3\.[0-5]\./.test(etcdImageTag);

interface Older {
  readonly member: EtcdMember;
  readonly version: Version;
}

/**
 * What stands in the way where an upgrade to `target` takes etcd from 3.5 to 3.6. Nothing once a member is on 3.6: the
 * others must follow it.
 */
export const crossingTrouble = (
  cluster: string,
  target: Version,
  config: KubeadmConfig,
  sight: EtcdSight,
): readonly Trouble[] => {
  if (!brings36(target, config)) return [];
  if (sight.status.some(({ version }) => compareVersions(version, '3.6.0') >= 0)) return [];
  const older = sight.members.flatMap((member): readonly Older[] => {
    const version = statusOf(member, sight)?.version;
    return version !== undefined && compareVersions(version, firstSafe35) < 0 ? [{ member, version }] : [];
  });
  if (older.length === 0) return [];
  const names = older.map(({ member, version }) => `${memberName(member)} (${version})`).join(', ');
  return [
    {
      because: `${cluster}: kubeadm ${target} takes etcd from 3.5 to 3.6, and ${names} would go there from below ${firstSafe35}: members that were removed, or learners that were promoted, can come back as they were`,
      fix: `nodeops etcd upgrade --cluster ${cluster} --image registry.k8s.io/etcd:${firstSafe35}-0 (or that image in your own registry, or a newer 3.5); then the same command again`,
    },
  ];
};
