import { initialClusterText } from '../backup/etcd-identity.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { addressesIn, type SavedConfiguration } from '../backup/recovery-configuration.ts';
import { etcdRestores } from '../facts/etcd-restores.ts';
import { valueOf } from '../facts/fact.ts';
import { restoreNameText } from '../backup/restore-name.ts';
import { hasCome, recoveryHost, type RecoveryHost } from '../facts/recovery-host.ts';
import { bracketed } from '../model/address.ts';
import { controlPlanes } from '../model/cluster.ts';
import { observeNode } from '../run/observe.ts';
import { unreachableNodes } from '../run/reach.ts';
import type { Session } from '../run/session.ts';
import type { Obstacle } from './obstacles.ts';
import { decideRestore, type ControlPlaneSight, type Decision } from './restore-sight.ts';

/** What is known of the hosts that a cluster is restored onto. */
export interface RecoverySight {
  readonly sights: readonly ControlPlaneSight[];
  /** The first control plane: its etcd is restored, the others join it. */
  readonly first: { readonly name: string; readonly address: string; readonly host: RecoveryHost };
}

/** Looks at the hosts that are to become control planes; where one cannot be looked at, what stands in the way. Reads only. */
export const lookForRecovery = async (
  session: Session,
): Promise<RecoverySight | { readonly obstacles: readonly Obstacle[] }> => {
  const lost = await unreachableNodes(session);
  if (lost.length > 0) return { obstacles: lost };
  const names = controlPlanes(session.cluster).map(({ name }) => name);
  const seen = await Promise.all(
    names.map(async (node) => {
      const observed = await observeNode(session, node, [etcdRestores, recoveryHost]);
      return {
        node,
        restores: valueOf(etcdRestores, observed.get(etcdRestores.key)),
        host: valueOf(recoveryHost, observed.get(recoveryHost.key)),
      };
    }),
  );
  const unread = seen.filter(({ restores, host }) => restores === undefined || host?.address === undefined);
  const [first] = seen;
  if (unread.length > 0 || first?.host?.address === undefined)
    return {
      obstacles: unread.map(({ node, host }) => ({
        node,
        message:
          host !== undefined
            ? 'it has no route that says which address it is reached at'
            : 'what is on it cannot be read',
        fix: `look on ${node}: ip route; ls -la /var/lib/nodeops-etcd`,
      })),
    };
  return {
    sights: seen.flatMap(({ node, restores }) =>
      restores === undefined ? [] : [{ node, restores, etcd: { why: 'it has none yet' } }],
    ),
    first: { name: first.node, address: first.host.address, host: first.host },
  };
};

/**
 * Which restore is meant, as `decideRestore` says. A first control plane that was reset since, in the middle or at the
 * end, is as bare as one that never had a cluster: it gets the next number, since what was noted of it is not true any more.
 */
export const decideRecovery = ({ sights, first: { host } }: RecoverySight, manifest: BackupManifest): Decision => {
  const bare = host.remains.length === 0;
  const decision = decideRestore(sights, manifest, bare);
  const { name, state } = decision;
  return state === 'unfinished' && bare && hasCome(host, restoreNameText(name), 'authorities')
    ? { name: { ...name, number: name.number + 1 }, state: 'new' }
    : decision;
};

/** As `--initial-cluster` has it (kubeadm, `etcd local`: the peer port is 2380, constants.go). */
export const firstMember = ({ first: { name, address } }: RecoverySight): string =>
  initialClusterText([{ name, peerUrl: `https://${bracketed(address)}:2380` }]);

const apiServerVersions = ({ nodes }: BackupManifest): readonly string[] => [
  ...new Set(
    nodes.flatMap(({ images }) => images.flatMap((image) => /\/kube-apiserver:v(\d[^@]*)/.exec(image)?.[1] ?? [])),
  ),
];

/** Why a cluster cannot be made of a backup on other hosts. */
export const unfitBackup = (
  manifest: BackupManifest,
  saved: SavedConfiguration | undefined,
  address: string,
): readonly Obstacle[] => {
  const another = 'take another backup: nodeops backup list';
  if (saved === undefined)
    return [
      {
        message: `the backup ${manifest.id} lacks kubeadm’s ConfigMaps, by which a control plane is configured: no API server answered when it was made`,
        fix: another,
      },
    ];
  const others = apiServerVersions(manifest).filter((version) => version !== saved.version);
  const old = addressesIn(
    saved,
    manifest.nodes.flatMap(({ addresses }) => addresses).filter((each) => each !== address),
  );
  return [
    ...(saved.etcd === 'local'
      ? []
      : [
          {
            message: 'its etcd was external: that is not restored by nodeops yet',
            fix: 'restore the snapshot on the etcd hosts by hand (kubernetes.io, "Operating etcd clusters"), then kubeadm init over it',
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            message: `the backup ${manifest.id} was made in the middle of an upgrade: kubeadm-config says ${saved.version}, an API server was ${others.join(', ')}`,
            fix: another,
          },
        ]),
    ...old.map((each) => ({
      message: `the saved ClusterConfiguration gives ${each}, an address of a machine of before, to a component`,
      fix: `give that address to ${manifest.cluster}’s first new control plane, or restore by hand with a changed ClusterConfiguration: cluster-state.json of the backup has it`,
    })),
  ];
};
