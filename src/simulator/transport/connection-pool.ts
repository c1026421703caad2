import type { Node } from '../../model/cluster.ts';
import { ConnectError } from '../../ports/transport.ts';
import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { Program } from '../simulation/program.ts';
import { Connection } from './connection.ts';
import type { Links } from './network.ts';

/** As the SSH adapter's limit is. */
const connectTimeoutMs = 20_000;

export interface PoolSurroundings {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly network: Links;
  readonly program: Program;
}

const unreachable = (node: Node, why: string): ConnectError =>
  new ConnectError(
    'unreachable',
    `${node.ssh.host}:${node.ssh.port} cannot be reached: ${why}`,
    `Try: ssh ${node.ssh.user}@${node.ssh.host}`,
  );

/** One connection a node, opened at its first use and again at the first use after a loss. */
export class ConnectionPool {
  readonly #around: PoolSurroundings;
  readonly #connections = new Map<string, Promise<Connection>>();
  readonly #standing = new Set<Connection>();

  constructor(around: PoolSurroundings) {
    this.#around = around;
  }

  close(): void {
    for (const connection of this.#standing) connection.lose('the transport was closed');
    this.#standing.clear();
  }

  /** The connection that stands, or a new one. @throws ConnectError */
  async connect(node: Node): Promise<Connection> {
    for (;;) {
      const current = this.#connections.get(node.name);
      if (current === undefined) break;
      const connection = await current;
      if (connection.usable) return connection;
      if (this.#connections.get(node.name) === current) this.#connections.delete(node.name);
    }
    const opening = this.#establish(node);
    this.#connections.set(node.name, opening);
    opening.catch(() => this.#connections.delete(node.name));
    return opening;
  }

  /** TCP, key exchange, authentication: some round trips and a moment of arithmetic. */
  #establish(node: Node): Promise<Connection> {
    const { kernel, network, program, random } = this.#around;
    const link = network.link(node.name);
    const arithmeticMs = random.between(60, 200);
    return new Promise((resolve, reject) => {
      const stand = (): void => {
        if (program.state === 'dead') return;
        const connection = new Connection(link, kernel, random);
        this.#standing.add(connection);
        connection.onLost(() => this.#standing.delete(connection));
        program.deliver(() => resolve(connection));
      };
      const refuse = (why: string): void => program.deliver(() => reject(unreachable(node, why)));
      kernel.after(10 * link.oneWayMs + arithmeticMs, () => {
        if (link.reachable) stand();
        else if (link.host.power === 'down') kernel.after(3000, () => refuse('no route to host (EHOSTUNREACH)'));
        else kernel.after(connectTimeoutMs, () => (link.reachable ? stand() : refuse('timed out in the handshake')));
      });
    });
  }
}
