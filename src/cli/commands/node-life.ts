import { valueOf } from '../../facts/fact.ts';
import { newHost } from '../../facts/new-host.ts';
import { nodeIdentity } from '../../facts/node-identity.ts';
import { kubeadmConfig, type KubeadmConfig } from '../../facts/kubeadm-config.ts';
import { didYouMean } from '../../documents/nearest.ts';
import type { Selected } from '../../inventory/select.ts';
import { allHosts, controlPlanes, type Cluster } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { observeCluster, observeNode } from '../../run/observe.ts';
import { withoutHosts } from '../../run/reach.ts';
import { loadOne, loadSelection, type SelectionOptions } from '../inventory.ts';
import { inLookSession, reachedOnly } from '../look-session.ts';
import { waitForLock } from '../ownership.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { askOnce, checkConsent } from '../protection.ts';
import { waiversOf } from '../waivers.ts';
import { whyUnknown } from '../why-unknown.ts';
import { run } from './run.ts';

export type NodeLifeOptions = Pick<SelectionOptions, 'inventory' | 'cluster' | 'withSpare'> & PlaybookOptions;

/** The one cluster that has all these nodes. @throws UsageError where there is none, or several. */
const clusterWith = (parts: Parts, names: readonly string[], options: NodeLifeOptions): Selected => {
  const all = loadSelection(parts, options);
  const found = all.filter(({ cluster }) => names.every((name) => cluster.nodes.some((node) => node.name === name)));
  const [selected, ...others] = found;
  if (selected === undefined) {
    const known = all.flatMap(({ cluster }) => cluster.nodes.map((node) => node.name));
    const unknown = names.find((name) => !known.includes(name));
    throw new UsageError(
      unknown === undefined
        ? `${names.join(', ')} are not nodes of one cluster: name those of one at a time`
        : `there is no node ${JSON.stringify(unknown)} in the inventory: ${didYouMean(unknown, known)}`,
    );
  }
  if (others.length > 0)
    throw new UsageError(
      `several clusters have a node ${names[0] ?? ''}: name one with --cluster (${found.map(({ cluster }) => cluster.name).join(', ')})`,
    );
  return selected;
};

/** How the cluster was made, asked of control planes that are part of it; undefined, with what is in the way told. */
const configOf = (
  parts: Parts,
  cluster: Cluster,
  joining: readonly string[],
  options: NodeLifeOptions,
): Promise<KubeadmConfig | undefined> =>
  inLookSession(parts, withoutHosts(cluster, new Set(joining)), options, async (whole) => {
    const { session } = await reachedOnly(parts, whole);
    const observed = (await observeCluster(session, [kubeadmConfig])).observations.get(kubeadmConfig.key);
    const config = valueOf(kubeadmConfig, observed);
    if (config === undefined)
      parts.stderr.write(
        `${cluster.name}: what it is made of is not known: ${whyUnknown(observed, 'it has no kubeadm-config: kubeadm did not make it')}\n    see how it is: nodeops status\nNothing was changed.\n`,
      );
    return config;
  });

/** @throws UsageError where nobody would be there to join. */
const joinedThrough = (cluster: Cluster, joining: readonly string[]): string => {
  const first = controlPlanes(cluster).find(({ name }) => !joining.includes(name));
  if (first !== undefined) return first.name;
  throw new UsageError(
    `${joining.join(', ')}: no control plane of ${cluster.name} is left that they could join\n    a cluster is made with nodeops create`,
  );
};

/** `nodeops node add NODE…`: the playbook node-add. @throws UsageError before anything is connected to. */
export const nodeAdd = async (parts: Parts, names: readonly string[], options: NodeLifeOptions): Promise<number> => {
  const { cluster } = clusterWith(parts, names, options);
  const through = joinedThrough(cluster, names);
  waitForLock(options);
  waiversOf(options);
  if (options.dryRun !== true) checkConsent(parts, [cluster], options);
  const config = await configOf(parts, cluster, names, options);
  if (config === undefined) return exitCode.blocked;
  const joinsControlPlane = controlPlanes(cluster).some(({ name }) => names.includes(name));
  if (joinsControlPlane && config.controlPlaneEndpoint === undefined) {
    parts.stderr.write(
      `${cluster.name}: it has no controlPlaneEndpoint: kubeadm lets no second control plane join a cluster that is asked for at one machine\n    kubernetes.io, Creating a cluster with kubeadm, "Considerations about apiserver-advertise-address and ControlPlaneEndpoint"\nNothing was changed.\n`,
    );
    return exitCode.blocked;
  }
  return run(parts, 'node-add', {
    ...options,
    cluster: [cluster.name],
    limit: names,
    set: [`version=${config.kubernetesVersion}`, `joinedThrough=${through}`],
  });
};

interface RemoveOptions extends NodeLifeOptions {
  readonly gone?: boolean;
}

const forget = (parts: Parts, { cluster }: Selected, node: string, options: NodeLifeOptions): Promise<number> =>
  run(parts, 'node-forget', { ...options, cluster: [cluster.name], set: [`node=${node}`, `gone=${node}`] });

const tellInventory = (parts: Parts, code: number, node: string, options: NodeLifeOptions): void => {
  if (code === exitCode.done && options.dryRun !== true && options.output === 'text')
    parts.stdout.write(`Now take ${node} out of ${options.inventory ?? 'the inventory'}.\n`);
};

/** @throws UsageError for the only control plane: a cluster is ended by `reset`. */
const refuseLast = ({ cluster }: Selected, node: string): void => {
  const planes = controlPlanes(cluster);
  if (planes.length === 1 && planes[0]?.name === node)
    throw new UsageError(
      `${node} is the only control plane of ${cluster.name}: without it there is no cluster\n    add another one first: nodeops node add; or end the cluster: nodeops reset`,
    );
};

/**
 * `nodeops node remove NODE`: the playbook node-remove; of a machine that is gone node-forget. @throws UsageError before
 * anything is connected to.
 */
export const nodeRemove = async (parts: Parts, node: string, { gone, ...options }: RemoveOptions): Promise<number> => {
  const selected = clusterWith(parts, [node], options);
  refuseLast(selected, node);
  const here = { ...options, cluster: [selected.cluster.name] };
  const code =
    gone === true
      ? await forget(parts, selected, node, options)
      : await run(parts, 'node-remove', { ...here, limit: [node], set: [`node=${node}`, `gone=${node}`] });
  tellInventory(parts, code, node, options);
  return code;
};

/**
 * Whether the host of a node was claimed for the cluster: a machine that came bare, and is being made a node, or is one.
 * False where it cannot be asked.
 */
export const isClaimed = (parts: Parts, cluster: Cluster, node: string, options: NodeLifeOptions): Promise<boolean> => {
  const others = new Set(allHosts(cluster).flatMap(({ name }) => (name === node ? [] : [name])));
  return inLookSession(parts, withoutHosts(cluster, others), options, async (session) => {
    const host = valueOf(newHost, (await observeNode(session, node, [newHost])).get(newHost.key));
    return (host?.marks[cluster.name] ?? []).length > 0;
  });
};

/**
 * `nodeops node replace NODE`: the old machine is gone, a bare one has its name. Who says yes to the first half has said
 * yes to the second. Where the new machine is on its way already it is not taken out again: only the second half is left.
 * @throws UsageError before anything is connected to.
 */
export const nodeReplace = async (parts: Parts, node: string, options: NodeLifeOptions): Promise<number> => {
  const selected = clusterWith(parts, [node], options);
  refuseLast(selected, node);
  const { cluster } = selected;
  joinedThrough(cluster, [node]);
  const here = { ...options, cluster: [cluster.name] };
  waitForLock(options);
  waiversOf(options);
  if (options.dryRun !== true) checkConsent(parts, [cluster], options);
  if (await isClaimed(parts, cluster, node, options)) {
    if (options.output === 'text') parts.stdout.write(`${node}: its new machine is on its way into ${cluster.name}\n`);
    return nodeAdd(parts, [node], here);
  }
  const shown = await forget(parts, selected, node, { ...options, dryRun: true });
  if (shown !== exitCode.done || options.dryRun === true)
    return shown === exitCode.done ? nodeAdd(parts, [node], here) : shown;
  const sure = await askOnce(parts, cluster, options);
  if (sure === undefined) return cluster.protected ? exitCode.usage : exitCode.done;
  const code = await forget(parts, selected, node, { ...options, ...sure });
  if (code !== exitCode.done || parts.stopping()) return code;
  return nodeAdd(parts, [node], { ...here, ...sure });
};

/** The authority of most control planes; empty where none carries a cluster. Undefined, with why told, where one is away. */
const authorityOf = (parts: Parts, cluster: Cluster, options: NodeLifeOptions): Promise<string | undefined> =>
  inLookSession(parts, cluster, options, async (whole) => {
    const { session, lost } = await reachedOnly(parts, whole);
    if (lost.size > 0) {
      parts.stderr.write(`${cluster.name}: a host that is away would keep its part of it\nNothing was changed.\n`);
      return undefined;
    }
    const seen = await Promise.all(
      controlPlanes(cluster).map(async ({ name }) =>
        valueOf(nodeIdentity, (await observeNode(session, name, [nodeIdentity])).get(nodeIdentity.key)),
      ),
    );
    const known = seen.flatMap((identity) => identity?.clusterCa ?? []);
    const [most] = [...Map.groupBy(known, (each) => each)].toSorted(([, a], [, b]) => b.length - a.length);
    return most?.[0] ?? '';
  });

/** `nodeops reset`: the playbook reset. @throws UsageError where more than one cluster is meant, or nobody can confirm. */
export const reset = async (parts: Parts, options: NodeLifeOptions): Promise<number> => {
  const { cluster } = loadOne(parts, options, 'ended');
  waitForLock(options);
  if (options.dryRun !== true) checkConsent(parts, [cluster], options, 'outage');
  const authority = await authorityOf(parts, cluster, options);
  if (authority === undefined) return exitCode.blocked;
  // `--yes` counts only beside a cluster that was named: nothing is named here that was not typed.
  return run(parts, 'reset', { ...options, set: [`authority=${authority}`] });
};
