import { valueOf } from '../../facts/fact.ts';
import { newHost } from '../../facts/new-host.ts';
import { controlPlanes, workers, type Cluster, type Creation, type Node } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { minorOf, minorsBetween, type Version } from '../../model/version.ts';
import { observeNode } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import { configurationOf } from '../../steps/initialise-cluster.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { eachCluster, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { whyUnknown } from '../why-unknown.ts';
import { runPlaybook } from '../playbook-run.ts';
import { wishesToRun } from './run.ts';
import { wishedVersion } from './upgrade.ts';

export interface CreateOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'>, PlaybookOptions {
  readonly to?: string;
  /** The network of pods comes from elsewhere; `--no-cni`. */
  readonly cni?: boolean;
  readonly showConfiguration?: boolean;
}

/** kubeadm's configuration is written in v1beta4. Source: kubeadm, v1beta4: from 1.31 on. */
const oldest = '1.31.0';

/** What can be refused without a look at a host. @throws UsageError */
const checkCreation = (cluster: Cluster, version: Version, needsCni: boolean): void => {
  const { name, creation, source, etcdHosts } = cluster;
  if (minorsBetween(oldest, version) < 0)
    throw new UsageError(`${name}: clusters are made from ${minorOf(oldest)} on, not with ${version}`);
  if (etcdHosts !== undefined)
    throw new UsageError(
      `${name} (${source}): a cluster whose etcd has hosts of its own is not made by nodeops yet\n    make it with kubeadm (kubernetes.io, "Set up a High Availability etcd Cluster with kubeadm"); nodeops takes it over from there`,
    );
  if (controlPlanes(cluster).length > 1 && creation?.endpoint === undefined)
    throw new UsageError(
      `${name} (${source}): several control planes need one address in front of them\n    write create: { endpoint: HOST:6443 } for it: that of a load balancer, or a name that leads to all of them`,
    );
  if (cluster.cni === undefined && needsCni)
    throw new UsageError(
      `${name} (${source}): no cni is named, and no node becomes Ready without a network for its pods\n    write cni: { manifest: FILE } for it; or say --no-cni where the hosts bring theirs`,
    );
};

/** Prints what the first control plane would be made with. */
const showConfigurationOf = async (parts: Parts, whole: Session, version: Version): Promise<number> => {
  const { cluster } = whole;
  const [first] = controlPlanes(cluster);
  const { session, lost } = await reachedOnly(parts, whole);
  if (first === undefined || lost.has(first.name)) return exitCode.blocked;
  const observed = (await observeNode(session, first.name, [newHost])).get(newHost.key);
  const host = valueOf(newHost, observed);
  if (host === undefined) {
    parts.stderr.write(`${cluster.name}/${first.name}: ${whyUnknown(observed, 'nothing was heard')}\n`);
    return exitCode.blocked;
  }
  const on = { cluster: cluster.name, node: first.name, kubeadm: first.kubeadm };
  parts.stdout.write(configurationOf(host, initWish(cluster, first, version), on));
  return exitCode.done;
};

const initWish = (cluster: Cluster, first: Node, version: Version) => {
  const { podSubnet = '', serviceSubnet = '', endpoint, configuration }: Partial<Creation> = cluster.creation ?? {};
  return {
    version,
    podSubnet,
    serviceSubnet,
    endpoint,
    kubeadmDocuments: configuration?.text,
    nodeAddress: first.address,
    nodeTaints: first.taints === undefined ? undefined : [...first.taints],
    workerNames: workers(cluster).map(({ name }) => name),
  };
};

/** `nodeops create`: the playbook create, one cluster after the other. @throws UsageError before anything is connected to. */
export const create = async (
  parts: Parts,
  { to, cni, showConfiguration, ...options }: CreateOptions,
): Promise<number> => {
  const wishes = loadSelection(parts, options).map(({ cluster }) => ({ cluster, version: wishedVersion(cluster, to) }));
  for (const { cluster, version } of wishes) checkCreation(cluster, version, cni !== false);
  if (showConfiguration === true)
    return eachCluster(parts, options, (whole) => showConfigurationOf(parts, whole, wishedVersion(whole.cluster, to)));
  const creations = wishes.flatMap(({ cluster, version }) =>
    wishesToRun(parts, 'create', { ...options, cluster: [cluster.name], set: [`version=${version}`] }),
  );
  return runPlaybook(parts, creations, options);
};
