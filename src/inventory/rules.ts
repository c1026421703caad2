import { addonRules } from './addon-rules.ts';
import { addressRules } from './address-rules.ts';
import { backupRules } from './backup-rules.ts';
import { compatibilityRules } from './compatibility-rules.ts';
import type { Finding } from '../documents/finding.ts';
import { hookRules } from './hook-rules.ts';
import { firstUses } from './first-uses.ts';
import { labelRules } from './label-rules.ts';
import type { RuleContext } from './rule-context.ts';
import type { ClusterSketch, Sketch } from './sketch.ts';
import { spareRules } from './spare-rules.ts';
import { waveRules } from './wave-rules.ts';

/** What is wrong between places that are each right on their own. */
export const crossFieldFindings = (inventory: Sketch, context: RuleContext): Finding[] => [
  ...clusterNames(inventory, context),
  ...inventory.clusters.flatMap((cluster) => [
    ...nodeNames(cluster, context),
    ...probeNames(cluster, context),
    ...controlPlaneExists(cluster),
    ...addonRules(cluster, context),
  ]),
  ...addressRules(inventory, context),
  ...backupRules(inventory, context),
  ...compatibilityRules(inventory, context),
  ...hookRules(inventory, context),
  ...waveRules(inventory, context),
  ...labelRules(inventory),
  ...spareRules(inventory),
];

const clusterNames = (inventory: Sketch, { placeOf }: RuleContext): Finding[] =>
  firstUses(
    inventory.clusters.map(({ name, path }) => ({ key: name, path: [...path, 'name'] })),
    ({ key, first }) => `the cluster name ${JSON.stringify(key)} is already used on ${placeOf(first.path)}`,
  );

const nodeNames = (cluster: ClusterSketch, { placeOf }: RuleContext): Finding[] =>
  firstUses(
    cluster.nodes.map(({ name, path }) => ({ key: name, path: [...path, 'name'] })),
    ({ key, first }) => `the node name ${JSON.stringify(key)} is already used on ${placeOf(first.path)}`,
  );

const probeNames = ({ raw, path }: ClusterSketch, { placeOf }: RuleContext): Finding[] => {
  const probes = Array.isArray(raw['probes']) ? raw['probes'] : [];
  return firstUses(
    probes.map((probe: unknown, index) => ({
      key: typeof probe === 'object' && probe !== null && 'name' in probe ? String(probe.name) : undefined,
      path: [...path, 'probes', index, 'name'],
    })),
    ({ key, first }) => `the probe name ${JSON.stringify(key)} is already used on ${placeOf(first.path)}`,
  );
};

/** Said only when every role is a known one: a wrong role may be the missing control plane. */
const controlPlaneExists = (cluster: ClusterSketch): Finding[] => {
  if (
    cluster.nodes.length === 0 ||
    !cluster.nodes.every(({ raw }) => raw['role'] === 'worker' || raw['role'] === 'etcd')
  )
    return [];
  const name = cluster.name === undefined ? 'this cluster' : `cluster ${JSON.stringify(cluster.name)}`;
  return [
    {
      path: [...cluster.path, 'nodes'],
      at: 'key',
      message: `${name} has no control plane`,
      hint: 'give at least one node `role: control-plane`',
    },
  ];
};
