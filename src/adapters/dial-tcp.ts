import { connect, type Socket } from 'node:net';

/** An open connection from this machine. Rejects with what `node:net` says, also once the signal comes. */
export const dialTcp = (host: string, port: number, signal: AbortSignal): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
