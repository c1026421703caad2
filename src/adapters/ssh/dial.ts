import type { Duplex } from 'node:stream';
import { ConnectError, DialError } from '../../ports/transport.ts';
import { forward } from './connection-pool.ts';
import type { LiveConnection } from './live-connection.ts';

/** Source: RFC 4254, section 5.1, reason codes of SSH_MSG_CHANNEL_OPEN_FAILURE. */
const administrativelyProhibited = 1;
const connectFailed = 2;

/**
 * A direct-tcpip channel (RFC 4254, section 7.2). OpenSSH opens none where AllowTcpForwarding or PermitOpen forbids it.
 * @throws DialError where the address was not reached, ConnectError where the connection to the node is lost.
 */
export const dial = async (
  connection: LiveConnection,
  node: string,
  address: { readonly host: string; readonly port: number },
): Promise<Duplex> => {
  try {
    return await forward(connection, address);
  } catch (error) {
    const where = `${address.host}:${address.port}`;
    const reason: unknown = error instanceof Error && 'reason' in error ? error.reason : undefined;
    const message = error instanceof Error ? error.message : String(error);
    if (reason === administrativelyProhibited)
      throw new DialError('forbidden', `${node} lets nobody connect onward to ${where}: ${message}`, { cause: error });
    if (reason === connectFailed && connection.lost() === undefined)
      throw new DialError('away', `${where}: ${message.replace(/^\(SSH\) Channel open failure: /, '')}`, {
        cause: error,
      });
    throw new ConnectError('unreachable', `${node}: ${message}`, 'see whether its sshd answers', { cause: error });
  }
};
