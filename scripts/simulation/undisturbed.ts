import type { Topology as FaultTopology } from '../../src/simulator/faults/plan-faults.ts';
import type { World } from '../../src/simulator/world/host.ts';
import type { Maintenance } from './maintenance.ts';
import { isOverMinors, type Scenario, type Topology } from './scenario.ts';

/** The names of the nodes that faults may come to. */
export const nodesOf = ({ hosts }: World): Pick<FaultTopology, 'controlPlanes' | 'workers'> => {
  const named = (wanted: string): readonly string[] =>
    [...hosts.values()].filter(({ role }) => role === wanted).map(({ name }) => name);
  return { controlPlanes: named('control-plane'), workers: named('worker') };
};

/** The same of one that leaves Kubernetes as it is. */
const ofMaintenance = (
  { operation }: Maintenance,
  { controlPlanes, workers }: Topology,
): Pick<FaultTopology, 'commands' | 'journals' | 'durationMs'> =>
  operation === 'os-patch' || operation === 'reboot'
    ? {
        commands: 30 + 70 * controlPlanes + 45 * workers,
        journals: 20 + 65 * controlPlanes + 45 * workers,
        durationMs: 10_000 + 50_000 * controlPlanes + 40_000 * workers,
      }
    : { commands: 55, journals: 40, durationMs: 10_000 };

/**
 * About what a run without faults sends, journals and lasts: where faults may come. Measured with `--faults none`; a
 * fault that is drawn beyond the end does not come, one drawn short of it leaves the end untried.
 */
export const undisturbed = (
  world: World,
  scenario: Topology &
    Partial<Pick<Scenario, 'goesBack' | 'from' | 'to' | 'certificates' | 'maintenance' | 'etcd' | 'patches' | 'nodes'>>,
): FaultTopology => {
  const { controlPlanes, workers, goesBack, certificates, from = '', to = '', maintenance, etcd, patches } = scenario;
  const hops = goesBack !== undefined && isOverMinors({ from, to }) ? 2 : 1;
  const nodes = nodesOf(world);
  if (maintenance !== undefined) return { ...nodes, ...ofMaintenance(maintenance, scenario) };
  if (etcd !== undefined)
    return {
      ...nodes,
      commands: 50 + 80 * controlPlanes,
      journals: 50 + 40 * controlPlanes,
      durationMs: 40_000 + 50_000 * controlPlanes,
    };
  if (scenario.nodes !== undefined) return { ...nodes, commands: 75, journals: 60, durationMs: 20_000 };
  if (certificates !== undefined)
    return {
      ...nodes,
      commands: 35 + 60 * controlPlanes + 3 * workers,
      journals: 40 + 50 * controlPlanes + 2 * workers,
      durationMs: 15_000 + 55_000 * controlPlanes,
    };
  const more = patches === undefined ? undefined : ofMaintenance(patches, scenario);
  if (more !== undefined)
    return {
      ...nodes,
      commands: 60 + 110 * controlPlanes + 50 * workers + more.commands,
      journals: 60 + 100 * controlPlanes + 60 * workers + more.journals,
      durationMs: 60_000 + 300_000 * controlPlanes + 120_000 * workers + more.durationMs,
    };
  return {
    ...nodes,
    commands: hops * (60 + 110 * controlPlanes + 50 * workers),
    journals: hops * (60 + 100 * controlPlanes + 60 * workers),
    durationMs: hops * (60_000 + 300_000 * controlPlanes + 120_000 * workers),
  };
};
