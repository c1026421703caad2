import ssh2 from 'ssh2';
import { Kernel } from '../../src/simulator/kernel.ts';
import { ordinaryWorkloads } from '../../src/simulator/cluster/first-objects.ts';
import { Random } from '../../src/simulator/random.ts';
import { LiveTime } from '../../src/simulator/sshd/live-time.ts';
import { SshServer } from '../../src/simulator/sshd/ssh-server.ts';
import type { Sshd } from '../../src/simulator/transport/sshd.ts';
import type { World } from '../../src/simulator/world/host.ts';
import { buildWorld } from '../simulation/joined-world.ts';

export interface KeyPair {
  /** In OpenSSH's formats. */
  readonly private: string;
  readonly public: string;
}

/** Of every 256 Ed25519 keys ssh2 1.17.0 writes one that it cannot read: keygen.js drops zero bytes of the key itself. */
export const newKey = (): KeyPair => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });

/** Who may log in to every node. */
export const user = 'ops';

export interface RaiseWish {
  readonly cluster: string;
  readonly controlPlanes: number;
  readonly workers: number;
  readonly version: string;
  /** How many times as fast as the real clock the nodes' time passes. */
  readonly speed: number;
  /** What chance is there decides by; 1 where it is the same each time. */
  readonly seed?: number;
  /** The public key that nodes let in. */
  readonly authorizedKey: string;
  /** Gets what a simulated node does not model: nothing of the cluster goes on after it. */
  readonly onFailure: (error: unknown) => void;
}

/** A node as an inventory and known_hosts have it. */
export interface RaisedNode {
  readonly name: string;
  readonly role: string;
  readonly port: number;
  readonly hostKey: string;
}

/** A simulated cluster that real SSH reaches, on ports of 127.0.0.1. */
export interface RaisedCluster {
  readonly name: string;
  readonly nodes: readonly RaisedNode[];
  readonly world: World;
  readonly time: LiveTime;
  /** Tells of each line that a node's shell gets, before it runs. */
  onLine(listener: (line: string) => void): void;
  close(): Promise<void>;
}

/** Builds a cluster, and starts an SSH server for each of its nodes. Its clock begins with this machine's. */
export const raiseCluster = async (wish: RaiseWish): Promise<RaisedCluster> => {
  // The nodes begin with the time of this machine, as if both asked the same time server.
  const kernel = new Kernel(Date.now());
  const random = new Random(wish.seed ?? 1);
  const { world, sshd } = buildWorld({ ...wish, kernel, random, workloads: ordinaryWorkloads });
  const time = new LiveTime(kernel, wish.speed, wish.onFailure);
  const listeners: ((line: string) => void)[] = [];
  const heard: Sshd = (host, request) => {
    for (const listener of listeners) listener(request.line);
    return sshd(host, request);
  };
  const served = await Promise.all(
    [...world.hosts.values()].map(async (host) => {
      const key = newKey();
      const { authorizedKey } = wish;
      const server = await SshServer.listen({ host, sshd: heard, time, hostKey: key.private, user, authorizedKey });
      return { server, node: { name: host.name, role: host.role, port: server.port, hostKey: key.public } };
    }),
  );
  return {
    name: wish.cluster,
    nodes: served.map(({ node }) => node),
    world,
    time,
    onLine: (listener) => void listeners.push(listener),
    close: async () => {
      time.stop();
      await Promise.all(served.map(({ server }) => server.close()));
    },
  };
};
