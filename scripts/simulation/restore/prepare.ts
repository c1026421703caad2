import type { Cluster } from '../../../src/model/cluster.ts';
import { digestOf } from '../../../src/simulator/cluster/etcd-data.ts';
import type { Wish } from '../../../src/simulator/oracle/invariant.ts';
import type { StoredBytes } from '../../../src/simulator/simulation/memory-places.ts';
import type { Ground } from '../ground.ts';
import { inventoryPath } from '../operations/operation.ts';
import { createWorkplace, type Workplace } from '../program-parts.ts';
import { scenarioOf } from '../draw-scenario.ts';
import { inventoryOf } from '../scenario.ts';
import { backupPlace } from '../simulate.ts';
import { afterBackup, beforeBackup, lastingObjects } from './disaster.ts';
import { pass, quietRun } from '../quiet-run.ts';
import { restoreCommand, restoreInventory } from './restore-commands.ts';
import type { RestoreScenario } from './restore-scenario.ts';

type Backup = NonNullable<Wish['restore']>;

/** A cluster that was backed up, and changed since. */
export interface Prepared {
  readonly cluster: Cluster;
  readonly backup: Backup;
  /** Files of the operators' machines. */
  readonly files: ReadonlyMap<string, string>;
  /** A machine with the place of the backups. */
  readonly machine: (name: string) => Workplace;
  /** How many have run. */
  readonly programs: number;
}

const snapshotOf = (places: StoredBytes): string => {
  const files = places.get(backupPlace) ?? new Map<string, Uint8Array>();
  const name = [...files.keys()]
    .filter((each) => each.endsWith('/etcd-snapshot.db'))
    .toSorted()
    .at(-1);
  return digestOf(Buffer.from(files.get(name ?? '') ?? []).toString('latin1'));
};

const settledMs = 60_000;

/** Backs it up, lets people work on, and does so twice with a restore between where the seed wants that. */
export const prepare = async (ground: Ground, scenario: RestoreScenario): Promise<Prepared> => {
  const { world } = ground;
  const places: StoredBytes = new Map();
  const machine = (name: string): Workplace => ({ ...createWorkplace(name), places });
  const files = new Map([[inventoryPath, restoreInventory(world, scenario)]]);
  const cluster = inventoryOf(scenarioOf(scenario.seed, scenario), [...world.hosts.values()]);
  const to = [{ kind: 'directory', path: backupPlace }] as const;
  const saved = { ...cluster, backup: { ...cluster.backup, to } };
  const staff = { version: scenario.from, machine, files };
  let programs = 0;
  const backUp = async (): Promise<Omit<Backup, 'later'>> => {
    beforeBackup(ground);
    await pass(ground, settledMs);
    programs = await quietRun(ground, { ...staff, cluster: saved, playbook: 'backup', before: programs });
    return { snapshot: snapshotOf(places), objects: lastingObjects(world) };
  };
  let backup = await backUp();
  afterBackup(ground);
  if (scenario.before !== undefined) {
    await pass(ground, settledMs);
    const command = restoreCommand({ ...scenario, again: false });
    programs = await quietRun(ground, { ...staff, cluster, playbook: 'restore', command, before: programs });
    await pass(ground, settledMs);
    if (scenario.before === 'another') backup = await backUp();
    afterBackup(ground);
  }
  await pass(ground, scenario.meanwhileMs);
  const known = new Set(backup.objects.map(({ uid }) => uid));
  const later = lastingObjects(world).filter(({ uid }) => !known.has(uid));
  return { cluster, backup: { ...backup, later }, files, machine, programs };
};
