import { quote } from '../../commands/quote.ts';
import { didYouMean } from '../../documents/nearest.ts';
import type { Selected } from '../../inventory/select.ts';
import { allHosts, controlPlanes, etcdHosts, type Cluster } from '../../model/cluster.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { replacementNameText } from '../../steps/etcd-replacing.ts';
import type { ClusterWish } from '../cluster-wish.ts';
import { askedSelection, loadSelection } from '../inventory.ts';
import { inLookSession } from '../look-session.ts';
import { waitForLock } from '../ownership.ts';
import type { Parts } from '../parts.ts';
import { shippedPlaybook } from '../playbooks.ts';
import { runPlaybook } from '../playbook-run.ts';
import { checkConsent } from '../protection.ts';
import { tellObstacles } from '../reached.ts';
import { decideReplacement, lookForReplacement, type MemberSight } from '../replacement-sight.ts';
import { waiversOf } from '../waivers.ts';
import type { EtcdChangeOptions } from './etcd.ts';

/** @throws UsageError where the name is no control plane of one chosen cluster, or none could carry etcd without it. */
const chosen = (parts: Parts, name: string, options: EtcdChangeOptions): Selected => {
  const all = loadSelection(parts, options);
  const external = all.find(({ cluster }) => allHosts(cluster).some((host) => host.name === name) && cluster.etcdHosts);
  if (external !== undefined)
    throw new UsageError(
      `the etcd of ${external.cluster.name} runs on hosts of its own (${etcdHosts(external.cluster)
        .map((host) => host.name)
        .join(
          ', ',
        )}): members in kubeadm's static pods are replaced, no others\n    by hand: etcd.io, Runtime reconfiguration, "Replace a failed machine"`,
    );
  const found = all.filter(({ cluster }) => cluster.nodes.some((node) => node.name === name));
  const [selected, ...others] = found;
  if (selected === undefined)
    throw new UsageError(
      `there is no node ${JSON.stringify(name)} in the chosen clusters: ${didYouMean(
        name,
        all.flatMap(({ cluster }) => controlPlanes(cluster).map((node) => node.name)),
      )}`,
    );
  if (others.length > 0)
    throw new UsageError(
      `several clusters have a node ${name}: name one with --cluster (${found.map(({ cluster }) => cluster.name).join(', ')})`,
    );
  const planes = controlPlanes(selected.cluster).map((node) => node.name);
  if (!planes.includes(name))
    throw new UsageError(`${name} is a worker, and has no member of etcd: ${didYouMean(name, planes)}`);
  if (planes.length === 1)
    throw new UsageError(
      `${name} is the only control plane of ${selected.cluster.name}: with its member all of etcd is lost\n    restore it from a backup: nodeops restore last`,
    );
  return selected;
};

const wishOf = (
  parts: Parts,
  options: EtcdChangeOptions,
  { cluster }: Selected,
  { node, name }: { readonly node: string; readonly name: string },
): ClusterWish => {
  const { inventory = '' } = options;
  const nodes = controlPlanes(cluster);
  return {
    cluster,
    nodes,
    playbook: shippedPlaybook(parts, 'etcd-replace-member'),
    parameters: { node, replacement: name },
    again: quote(['nodeops', 'etcd', 'replace-member', node, '--inventory', inventory, '--cluster', cluster.name]),
    asked: {
      command: 'run',
      playbook: 'etcd-replace-member',
      ...askedSelection(parts, { inventory }, nodes),
      ...waiversOf(options),
    },
  };
};

/** What stands in the way of even naming it is told, with exit code 3. */
const sightOf = (
  parts: Parts,
  cluster: Cluster,
  node: string,
  options: EtcdChangeOptions,
): Promise<MemberSight | undefined> =>
  inLookSession(parts, cluster, options, async (session) => {
    const sight = await lookForReplacement(session, node);
    if (!('obstacles' in sight)) return sight;
    tellObstacles(parts, cluster, sight.obstacles);
    return undefined;
  });

/**
 * `nodeops etcd replace-member NODE`: the playbook etcd-replace-member. @throws UsageError before anything is connected
 * to.
 */
export const etcdReplaceMember = async (parts: Parts, node: string, options: EtcdChangeOptions): Promise<number> => {
  const selected = chosen(parts, node, options);
  waitForLock(options);
  waiversOf(options);
  if (options.dryRun !== true) checkConsent(parts, [selected.cluster], options);
  const sight = await sightOf(parts, selected.cluster, node, options);
  if (sight === undefined) return exitCode.blocked;
  const name = replacementNameText(decideReplacement(sight));
  return runPlaybook(parts, [wishOf(parts, options, selected, { node, name })], options);
};
