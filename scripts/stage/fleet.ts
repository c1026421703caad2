import { stringify } from 'yaml';
import { newKey, raiseCluster, type RaisedCluster } from './cluster-behind-ssh.ts';
import { nodesOfStage, sshOfStage, writeStage } from './stage-files.ts';

export interface FleetWish {
  /** Where keys, known_hosts and the inventory go; it is there, and nobody else reads it. */
  readonly directory: string;
  readonly clusters: number;
  /** Of each cluster. */
  readonly controlPlanes: number;
  readonly workers: number;
  readonly version: string;
  /** How many times as fast as the real clock the nodes' time passes. */
  readonly speed: number;
  /** Whether they go in three waves (dev, staging, prod), or all together. */
  readonly waves: boolean;
  /** Gets what a simulated node does not model, and in which cluster. */
  readonly onFailure: (cluster: string, error: unknown) => void;
}

export interface Fleet {
  readonly clusters: readonly RaisedCluster[];
  close(): Promise<void>;
}

const waveNames = ['dev', 'staging', 'prod'] as const;
type WaveName = (typeof waveNames)[number];

/** Of 300 clusters 10 are dev and 40 staging; of four, one is dev and one staging. */
const waveOf = (index: number, all: number): WaveName => {
  const dev = Math.max(1, Math.floor(all / 30));
  const staging = Math.max(1, Math.floor((all * 2) / 15));
  if (index < dev) return 'dev';
  return index < dev + staging ? 'staging' : 'prod';
};

/** `dev-01`, `prod-250`: as wide as the last one, so that they sort. */
const namesOf = ({ clusters }: FleetWish): readonly { readonly name: string; readonly wave: WaveName }[] => {
  const waves = Array.from({ length: clusters }, (_, index) => waveOf(index, clusters));
  const counts = new Map<WaveName, number>();
  const totals = new Map(waveNames.map((name) => [name, waves.filter((wave) => wave === name).length]));
  return waves.map((wave) => {
    const number = (counts.get(wave) ?? 0) + 1;
    counts.set(wave, number);
    return { name: `${wave}-${String(number).padStart(String(totals.get(wave)).length, '0')}`, wave };
  });
};

const inventoryOf = (
  { waves }: FleetWish,
  clusters: readonly (Pick<RaisedCluster, 'name' | 'nodes'> & { readonly wave: WaveName })[],
): string =>
  stringify({
    apiVersion: 'nodeops/v1',
    kind: 'Inventory',
    defaults: { ssh: sshOfStage, become: 'sudo', drain: { timeout: '2m', deleteEmptyDirData: true } },
    ...(waves
      ? {
          waves: waveNames
            .filter((name) => clusters.some(({ wave }) => wave === name))
            .map((name) => ({ name, selector: `environment=${name}`, maxFailedClusters: '20%' })),
        }
      : {}),
    clusters: clusters.map(({ name, nodes, wave }) => ({
      name,
      labels: { environment: wave },
      nodes: nodesOfStage(nodes),
    })),
  });

/** Builds so many clusters, each node with an SSH server of its own, and writes one inventory of them all. */
export const setFleet = async (wish: FleetWish): Promise<Fleet> => {
  const login = newKey();
  const clusters: (RaisedCluster & { readonly wave: WaveName })[] = [];
  for (const [index, { name, wave }] of namesOf(wish).entries()) {
    const raised = await raiseCluster({
      ...wish,
      cluster: name,
      seed: index + 1,
      authorizedKey: login.public,
      onFailure: (error) => wish.onFailure(name, error),
    });
    clusters.push({ ...raised, wave });
  }
  writeStage(wish.directory, login, { clusters, inventory: inventoryOf(wish, clusters) });
  return { clusters, close: async () => void (await Promise.all(clusters.map((cluster) => cluster.close()))) };
};
