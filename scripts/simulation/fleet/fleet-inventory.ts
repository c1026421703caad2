import { minuteMs } from '../../../src/model/duration.ts';
import type { SeenWave, Share } from '../../../src/simulator/oracle/fleet-wish.ts';
import { cronOf } from '../window.ts';
import type { FleetCluster, FleetScenario } from './fleet-scenario.ts';
import { inventoryHead } from '../inventory-head.ts';

/** Where the operators have it. */
export const inventoryPath = '/fleet/fleet.yaml';

const shareText = (share: Share): string => ('count' in share ? String(share.count) : `'${share.percent}%'`);

const waveLines = (wave: SeenWave): readonly string[] => [
  `  - name: ${wave.name}`,
  `    selector: stage=${wave.name}`,
  ...(wave.canary === undefined ? [] : [`    canary: ${shareText(wave.canary)}`]),
  ...(wave.parallel === undefined ? [] : [`    parallel: ${wave.parallel}`]),
  ...(wave.soakMs === 0 ? [] : [`    soak: ${wave.soakMs / minuteMs}m`]),
  `    maxFailedClusters: ${shareText(wave.mayFail)}`,
  `    inFlight: ${wave.stopsInFlight ? 'stop' : 'finish'}`,
  ...(wave.approval ? ['    approval: true'] : []),
];

const windowLine = ({ window }: FleetCluster): readonly string[] =>
  window === undefined
    ? []
    : [`    window: { cron: '${cronOf(window)}', duration: ${window.minutes}m, timezone: UTC }`];

const nodeLines = ({ name, controlPlanes, workers }: FleetCluster): readonly string[] =>
  (
    [
      ['cp', 'control-plane', controlPlanes],
      ['w', 'worker', workers],
    ] as const
  ).flatMap(([short, role, count]) =>
    Array.from({ length: count }, (_, at) => {
      const node = `${name}-${short}${at + 1}`;
      return `      - { name: ${node}, host: ${node}, role: ${role} }`;
    }),
  );

const clusterLines = (cluster: FleetCluster, waves: readonly SeenWave[], version: string): readonly string[] => {
  const { name, region, wave } = cluster;
  const stage = waves[wave] === undefined ? '' : `, stage: ${waves[wave].name}`;
  return [
    `  - name: ${name}`,
    `    labels: { region: ${region}${stage} }`,
    `    version: ${version}`,
    ...windowLine(cluster),
    '    nodes:',
    ...nodeLines(cluster),
  ];
};

/** The fleet's inventory as an operator writes it. */
export const fleetInventory = ({ clusters, waves, perRegion, to }: FleetScenario): string =>
  [
    ...inventoryHead,
    ...(perRegion === undefined ? [] : [`limits: { perLabel: { region: ${perRegion} } }`]),
    ...(waves.length === 0 ? [] : ['waves:', ...waves.flatMap(waveLines)]),
    'clusters:',
    ...clusters.flatMap((cluster) => clusterLines(cluster, waves, to)),
    '',
  ].join('\n');
