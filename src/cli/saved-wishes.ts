import { resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { quote } from '../commands/quote.ts';
import type { Cluster } from '../model/cluster.ts';
import { minorOf, parseVersion } from '../model/version.ts';
import { didYouMean } from '../documents/nearest.ts';
import { parseWishedVersion } from '../inventory/values.ts';
import { hidingWith, inventoryDigests, playbookDigest, type SavedCluster, type SavedPlan } from '../plan/saved-plan.ts';
import type { Playbook } from '../playbook/schema.ts';
import { absoluteInventory, loadSelection, type SelectionOptions } from './inventory.ts';
import { readSavedPlan } from './plan-file.ts';
import type { Parts } from './parts.ts';
import type { ClusterWish } from './cluster-wish.ts';

export interface SavedOptions extends SelectionOptions {
  readonly plan: string;
  readonly rePlan?: boolean;
  readonly to?: string;
  readonly waive?: readonly string[];
  readonly osPatch?: boolean;
}

/** What the file says already. @throws UsageError */
const refuseContradiction = ({ plan, to, limit, only, waive = [], osPatch }: SavedOptions): void => {
  const options = { '--to': to, '--limit': limit, '--only': only, '--waive': waive[0], '--os-patch': osPatch };
  const said = Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (said.length > 0)
    throw new UsageError(
      `--plan ${plan} says already what ${said.join(' and ')} would say: leave ${said.length === 1 ? 'it' : 'them'} out, or make a new plan`,
    );
};

const chosen = ({ clusters }: SavedPlan, { plan, cluster: names = [] }: SavedOptions): readonly SavedCluster[] => {
  const known = clusters.map(({ cluster }) => cluster);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`the plan ${plan} has no cluster ${unknown}: ${didYouMean(unknown, known)}`);
  const twice = known.find((name, index) => known.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`the plan ${plan} has the cluster ${twice} twice: make it anew`);
  return clusters.filter(({ cluster }) => names.length === 0 || names.includes(cluster));
};

/** Patch releases of nodeops do not change what a plan means. */
const sameRelease = (one: string, other: string): boolean => {
  const [first, second] = [parseVersion(one), parseVersion(other)];
  return first === undefined || second === undefined ? one === other : minorOf(first) === minorOf(second);
};

/** What has changed on this side since the plan was made, each in a line. */
const changesHere = (parts: Parts, file: SavedPlan, saved: SavedCluster, cluster: Cluster, playbook: Playbook) => {
  const now = inventoryDigests(cluster, file.salt);
  const changed = Object.keys(now).filter((key) => now[key] !== saved.inventory[key]);
  return [
    ...(sameRelease(file.nodeops, parts.version)
      ? []
      : [`it was made by nodeops ${file.nodeops}, and this is ${parts.version}`]),
    ...(changed.length === 0
      ? []
      : [`the inventory says something else by now about ${changed.map((key) => `\`${key}\``).join(', ')}`]),
    ...(playbookDigest(playbook, file.salt) === saved.playbook.digest ? [] : [`the playbook ${playbook.name} changed`]),
  ];
};

const wishOf = (
  parts: Parts,
  file: SavedPlan,
  saved: SavedCluster,
  around: { readonly cluster: Cluster; readonly playbook: Playbook; readonly options: SavedOptions },
): ClusterWish => {
  const { cluster, playbook, options } = around;
  const { plan, rePlan = false, inventory = '' } = options;
  const { version } = saved.parameters;
  const wished = typeof version === 'string' ? parseWishedVersion(version) : undefined;
  if (saved.playbook.name !== playbook.name || wished === undefined)
    throw new UsageError(`the plan ${plan} is damaged: it names no version to upgrade ${saved.cluster} to`);
  const nodes = cluster.nodes.filter(({ name }) => saved.nodes.includes(name));
  const changed = changesHere(parts, file, saved, cluster, playbook);
  if (changed.length > 0 && !rePlan)
    throw new UsageError(
      [
        `the plan ${plan} does not fit ${saved.cluster} any more:`,
        ...changed.map((line) => `    ${line}`),
        '    make a new plan, or see the differences and decide then: add --re-plan',
      ].join('\n'),
    );
  if (nodes.length === 0) throw new UsageError(`none of the nodes of the plan ${plan} is in ${cluster.source}`);
  return {
    cluster,
    nodes,
    playbook,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- text, numbers and flags only: a plan was made with them
    parameters: { ...(saved.parameters as ClusterWish['parameters']), version: wished },
    again: quote(['nodeops', 'upgrade', '--plan', plan, '--inventory', inventory, '--cluster', saved.cluster]),
    asked: {
      command: 'upgrade',
      playbook: 'upgrade',
      inventory: absoluteInventory(parts, { inventory }),
      ...(saved.waivers === undefined ? {} : { waivers: saved.waivers }),
      ...(nodes.length < cluster.nodes.length ? { limit: nodes.map(({ name }) => name) } : {}),
      // Once its differences were accepted the file says no more what is to be done.
      ...(rePlan ? {} : { plan: resolve(parts.cwd, plan) }),
    },
    held: { file: plan, saved, salt: file.salt, hide: hidingWith(file.salt), rePlan },
  };
};

/**
 * What a file of saved plans wishes for; the inventory says how the nodes are reached.
 * @throws UsageError for a damaged file, a contradiction, or (without --re-plan) an inventory, a playbook or a nodeops
 * that is not the one that the plan was made with.
 */
export const savedWishes = (parts: Parts, options: SavedOptions, playbook: Playbook): readonly ClusterWish[] => {
  refuseContradiction(options);
  const file = readSavedPlan(parts, options.plan);
  const wanted = chosen(file, options);
  const { inventory } = options;
  const clusters = loadSelection(parts, {
    ...(inventory === undefined ? {} : { inventory }),
    cluster: wanted.map(({ cluster }) => cluster),
  });
  return wanted.flatMap((saved) => {
    const found = clusters.find(({ cluster }) => cluster.name === saved.cluster);
    return found === undefined ? [] : [wishOf(parts, file, saved, { cluster: found.cluster, playbook, options })];
  });
};
