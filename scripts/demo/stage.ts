import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { stringify } from 'yaml';
import { Kernel } from '../../src/simulator/kernel.ts';
import { ordinaryWorkloads } from '../../src/simulator/cluster/first-objects.ts';
import { Random } from '../../src/simulator/random.ts';
import { LiveTime } from '../../src/simulator/sshd/live-time.ts';
import { SshServer } from '../../src/simulator/sshd/ssh-server.ts';
import type { Sshd } from '../../src/simulator/transport/sshd.ts';
import type { World } from '../../src/simulator/world/host.ts';
import { buildWorld } from '../simulation/joined-world.ts';

export interface StageWish {
  /** Where keys, known_hosts and the inventory go; it is there, and nobody else reads it. */
  readonly directory: string;
  readonly cluster: string;
  readonly controlPlanes: number;
  readonly workers: number;
  readonly version: string;
  /** How many times as fast as the real clock the nodes' time passes. */
  readonly speed: number;
  /** Gets what a simulated node does not model: nothing goes on after it. */
  readonly onFailure: (error: unknown) => void;
}

/** A simulated cluster that real SSH reaches. */
export interface Stage {
  readonly world: World;
  readonly time: LiveTime;
  /** Tells of each line that a node's shell gets, before it runs. */
  onLine(listener: (line: string) => void): void;
  close(): Promise<void>;
}

const user = 'ops';
/** Of every 256 Ed25519 keys ssh2 1.17.0 writes one that it cannot read: keygen.js drops zero bytes of the key itself. */
const newKey = (): { readonly private: string; readonly public: string } =>
  ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });

const inventoryText = (
  { cluster }: StageWish,
  nodes: readonly { readonly name: string; readonly role: string; readonly port: number }[],
): string =>
  stringify({
    apiVersion: 'nodeops/v1',
    kind: 'Inventory',
    name: cluster,
    ssh: { user, identityFile: './id_ecdsa', knownHostsFile: './known_hosts', agent: false },
    become: 'sudo',
    drain: { timeout: '2m', deleteEmptyDirData: true },
    nodes: nodes.map(({ name, role, port }) => ({ name, host: '127.0.0.1', role, ssh: { port } })),
  });

/**
 * Builds a cluster, starts an SSH server for each of its nodes, and writes `inventory.yaml` and what nodeops needs with
 * it to reach them.
 */
export const setStage = async (wish: StageWish): Promise<Stage> => {
  const { directory, onFailure, speed } = wish;
  // The nodes begin with the time of this machine, as if both asked the same time server.
  const kernel = new Kernel(Date.now());
  const random = new Random(1);
  const { world, sshd } = buildWorld({ ...wish, kernel, random, workloads: ordinaryWorkloads });
  const time = new LiveTime(kernel, speed, onFailure);
  const listeners: ((line: string) => void)[] = [];
  const heard: Sshd = (host, request) => {
    for (const listener of listeners) listener(request.line);
    return sshd(host, request);
  };
  const login = newKey();
  const served = await Promise.all(
    [...world.hosts.values()].map(async (host) => {
      const key = newKey();
      const wishes = { host, sshd: heard, time, hostKey: key.private, user, authorizedKey: login.public };
      const server = await SshServer.listen(wishes);
      return { server, name: host.name, role: host.role, port: server.port, key: key.public };
    }),
  );
  const put = (name: string, text: string): void => writeFileSync(join(directory, name), text, { mode: 0o600 });
  put('id_ecdsa', login.private);
  put('known_hosts', served.map(({ port, key }) => `[127.0.0.1]:${port} ${key}\n`).join(''));
  put('inventory.yaml', inventoryText(wish, served));
  return {
    world,
    time,
    onLine: (listener) => void listeners.push(listener),
    close: async () => {
      time.stop();
      await Promise.all(served.map(({ server }) => server.close()));
    },
  };
};
