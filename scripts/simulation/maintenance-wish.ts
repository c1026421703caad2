import { isDeepStrictEqual } from 'node:util';
import type { ClusterWish } from '../../src/cli/cluster-wish.ts';
import { maintenanceFor } from '../../src/cli/maintenance.ts';
import type { Parts } from '../../src/cli/parts.ts';
import { runParts } from '../../src/cli/resumable.ts';
import { setWords } from '../../src/cli/set-words.ts';
import { readRuns } from '../../src/cli/stored-runs.ts';
import type { ToldRun } from '../../src/cli/told-run.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { parametersOf, type Maintenance } from './maintenance.ts';
import { simulatedPlaybooks } from './program-parts.ts';

export interface AskedMaintenance {
  readonly cluster: Cluster;
  readonly maintenance: Maintenance;
  readonly drain: 'none' | undefined;
  /** What the cluster says of its last run, where its record is on another machine. */
  readonly told: ToldRun | undefined;
}

const inventory = '/fleet/sim.yaml';

/** By which the nodes know what was done: told by the cluster, or found as the command line finds it. */
const nameOf = async (
  parts: Parts,
  { cluster, maintenance, told }: AskedMaintenance,
  set: ClusterWish['parameters'],
): Promise<string> => {
  if (told?.kind === 'unfinished') {
    const { maintenance: name, ...kept } = told.wish?.parameters ?? {};
    if (typeof name !== 'string' || !isDeepStrictEqual(kept, set))
      throw new Error(
        `the cluster says that ${JSON.stringify(told.wish?.parameters)} was asked for, and it was ${JSON.stringify(set)}`,
      );
    return name;
  }
  const { operation: playbook, nodes } = maintenance;
  return maintenanceFor(parts, await runParts(await parts.journals(), await readRuns(parts)), {
    playbook,
    cluster: cluster.name,
    set: setWords(set),
    options: { inventory, ...(nodes.length === 0 ? {} : { limit: [...nodes] }) },
  });
};

/** The same that `nodeops os-patch`, `reboot`, `drain`, `cordon` and `uncordon` ask for. @throws Error where the cluster tells of something else. */
export const maintenanceWish = async (parts: Parts, asked: AskedMaintenance): Promise<ClusterWish> => {
  const { cluster, maintenance, drain } = asked;
  const { operation, nodes } = maintenance;
  const set = parametersOf(maintenance, drain);
  const isNamed = operation === 'os-patch' || operation === 'reboot';
  const parameters = isNamed ? { maintenance: await nameOf(parts, asked, set), ...set } : set;
  return {
    cluster,
    nodes: nodes.length === 0 ? cluster.nodes : cluster.nodes.filter(({ name }) => nodes.includes(name)),
    playbook: simulatedPlaybooks[operation],
    parameters,
    asked: { command: 'run', playbook: operation, inventory, ...(nodes.length === 0 ? {} : { limit: [...nodes] }) },
    again: `nodeops run ${operation} --inventory sim.yaml --cluster ${cluster.name} ${setWords(parameters)
      .map((word) => `--set ${word}`)
      .join(' ')}`,
  };
};
