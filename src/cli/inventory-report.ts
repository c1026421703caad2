import { pathText } from '../documents/raw.ts';
import type { Inventory } from '../inventory/load.ts';
import type { Origins } from '../inventory/origins.ts';
import { clusterSettings, nodeSettings, type Setting } from '../inventory/settings.ts';
import { allHosts, type Cluster, type Node } from '../model/cluster.ts';
import { bothPatches, isSettings, patchAt } from '../model/kubelet-settings.ts';
import type { Paint } from '../report/paint.ts';
import { alignColumns } from '../report/text-table.ts';

/** What the inventory as a whole says of a cluster. */
const amongOthers = ({ wave, atOnce = [] }: Cluster) => ({
  ...(wave === undefined ? {} : { wave: wave.name }),
  ...(atOnce.length === 0
    ? {}
    : { atOnce: Object.fromEntries(atOnce.map(({ label, value, most }) => [`${label}=${value}`, most])) }),
});

/** Machines of a cluster, with spare ones, which are no nodes yet. */
const machinesOf = (cluster: Cluster): readonly { readonly node: Node; readonly spare: boolean }[] => [
  ...allHosts(cluster).map((node) => ({ node, spare: false })),
  ...(cluster.spares ?? []).map((node) => ({ node, spare: true })),
];

const isSaid = ({ origin }: Setting): boolean => origin !== undefined;

/** A map of maps, as an inventory has it. */
const nested = (settings: readonly Setting[]): Readonly<Record<string, unknown>> => {
  const whole = settings.map(({ path, value }) => patchAt(path.map(String), value)).reduce<unknown>(bothPatches, {});
  return isSettings(whole) ? whole : {};
};

/** A cluster with what anybody says of it, all layers in one. */
export const inventoryDocument = (cluster: Cluster, origins: Origins) => ({
  name: cluster.name,
  source: cluster.source,
  ...amongOthers(cluster),
  ...nested(clusterSettings(cluster, origins).filter(isSaid)),
  nodes: machinesOf(cluster).map(({ node, spare }) => ({
    name: node.name,
    ...(spare ? { spare } : {}),
    ...nested(nodeSettings(node, origins).filter(isSaid)),
  })),
});

const rowsOf = (settings: readonly Setting[]) =>
  settings.map(({ path, value, origin }) => ({
    key: pathText(path),
    value,
    layer: origin?.layer ?? 'default',
    ...(origin === undefined ? {} : { at: origin.at }),
  }));

/** A cluster with all that holds for it, and where each value comes from. */
export const resolvedDocument = (cluster: Cluster, origins: Origins) => ({
  name: cluster.name,
  source: cluster.source,
  ...amongOthers(cluster),
  settings: rowsOf(clusterSettings(cluster, origins)),
  nodes: machinesOf(cluster).map(({ node, spare }) => ({
    name: node.name,
    ...(spare ? { spare } : {}),
    settings: rowsOf(nodeSettings(node, origins)),
  })),
});

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const linesOf = (
  cluster: Cluster,
  origins: Origins,
  { resolved, paint }: { readonly resolved: boolean; readonly paint: Paint },
): readonly string[] => {
  const parts = [
    { title: undefined, settings: clusterSettings(cluster, origins) },
    ...machinesOf(cluster).map(({ node, spare }) => ({
      title: spare ? `${node.name} (spare)` : node.name,
      settings: nodeSettings(node, origins),
    })),
  ].map(({ title, settings }) => ({ title, rows: rowsOf(resolved ? settings : settings.filter(isSaid)) }));
  const aligned = alignColumns(
    parts.flatMap(({ rows }) =>
      rows.map(({ key, value, layer, at = '' }) => [key, valueText(value), ...(resolved ? [layer, at] : [])]),
    ),
  );
  let next = 0;
  const { wave, atOnce = {} } = amongOthers(cluster);
  const limits = Object.entries(atOnce).map(([label, most]) => `at most ${most} of ${label} at a time`);
  const among = [...(wave === undefined ? [] : [`wave ${wave}`]), ...limits];
  return [
    [paint('strong', cluster.name), paint('faint', [cluster.source, ...among].join(', '))].join('  '),
    ...parts.flatMap(({ title, rows }) => [
      ...(title === undefined ? [] : [`  ${paint('strong', `node ${title}`)}`]),
      ...rows.map(() => `${title === undefined ? '  ' : '    '}${aligned[next++] ?? ''}`),
    ]),
  ];
};

/** Clusters and their nodes as lines: one value each, and with `resolved` its layer and its place. */
export const inventoryText = (
  clusters: readonly Cluster[],
  origins: Inventory['origins'],
  how: { readonly resolved: boolean; readonly paint: Paint },
): string => clusters.map((cluster) => `${linesOf(cluster, origins(cluster.name), how).join('\n')}\n`).join('\n');
