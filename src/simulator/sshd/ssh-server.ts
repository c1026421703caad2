import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey } from 'ssh2';
import type { Sshd } from '../transport/sshd.ts';
import type { Host } from '../world/host.ts';
import type { LiveTime } from './live-time.ts';
import { serveLine } from './serve-line.ts';

export interface ServeWish {
  readonly host: Host;
  readonly sshd: Sshd;
  readonly time: LiveTime;
  /** In OpenSSH's format, as `user` and `authorizedKey` have it in authorized_keys. */
  readonly hostKey: string;
  readonly user: string;
  readonly authorizedKey: string;
}

const parsePublic = (text: string): ParsedKey => {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
};

/** Whether this one key asks, and proves itself where it signs: the first question comes without a signature. */
const admits = (context: AuthContext, user: string, authorized: ParsedKey): boolean =>
  context.method === 'publickey' &&
  context.username === user &&
  context.key.algo === authorized.type &&
  context.key.data.equals(authorized.getPublicSSH()) &&
  (context.signature === undefined ||
    context.blob === undefined ||
    authorized.verify(context.blob, context.signature, context.hashAlgo));

/** A simulated node's SSH server on a port of loopback. */
export class SshServer {
  readonly #wish: ServeWish;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #count = 0;

  private constructor(wish: ServeWish) {
    this.#wish = wish;
    const authorized = parsePublic(wish.authorizedKey);
    const server = new ssh2.Server({ hostKeys: [wish.hostKey] }, (connection) => this.#serve(connection, authorized));
    // As sshd sets it: with Nagle's algorithm, an exit code waits 40 ms for the acknowledgement of the output.
    this.#listener = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      server.injectSocket(socket);
    });
  }

  /** Listens on a free port. @throws Error for a key that is none. */
  static async listen(wish: ServeWish): Promise<SshServer> {
    const server = new SshServer(wish);
    server.#listener.listen(0, '127.0.0.1');
    await once(server.#listener, 'listening');
    return server;
  }

  get port(): number {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP, net.Server.address()
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.cut();
    await closed;
  }

  #serve(connection: Connection, authorized: ParsedKey): void {
    const { host, sshd, time, user } = this.#wish;
    const program = ++this.#count;
    // A client that is killed resets its connection: `close` follows.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      if (admits(context, user, authorized)) context.accept();
      else context.reject(['publickey']);
    });
    connection.on('session', (acceptSession) => {
      acceptSession().on('exec', (accept, _reject, { command }) =>
        serveLine(
          accept(),
          command,
          (line) => sshd(host, { ...line, actor: { kind: 'nodeops', program } }),
          (deed) => time.enter(deed),
        ),
      );
    });
  }
}
