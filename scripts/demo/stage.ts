import { stringify } from 'yaml';
import { newKey, raiseCluster, type RaisedCluster, type RaiseWish } from '../stage/cluster-behind-ssh.ts';
import { nodesOfStage, sshOfStage, writeStage } from '../stage/stage-files.ts';

export interface StageWish extends Omit<RaiseWish, 'authorizedKey'> {
  /** Where keys, known_hosts and the inventory go; it is there, and nobody else reads it. */
  readonly directory: string;
}

/** A simulated cluster that real SSH reaches. */
export type Stage = Pick<RaisedCluster, 'world' | 'time' | 'onLine' | 'close'>;

const inventoryOf = ({ name, nodes }: RaisedCluster): string =>
  stringify({
    apiVersion: 'nodeops/v1',
    kind: 'Inventory',
    name,
    ssh: sshOfStage,
    become: 'sudo',
    drain: { timeout: '2m', deleteEmptyDirData: true },
    nodes: nodesOfStage(nodes),
  });

/**
 * Builds a cluster, starts an SSH server for each of its nodes, and writes `inventory.yaml` and what nodeops needs with
 * it to reach them.
 */
export const setStage = async (wish: StageWish): Promise<Stage> => {
  const login = newKey();
  const cluster = await raiseCluster({ ...wish, authorizedKey: login.public });
  writeStage(wish.directory, login, { clusters: [cluster], inventory: inventoryOf(cluster) });
  return cluster;
};
