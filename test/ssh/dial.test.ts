import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { ConnectError, DialError } from '../../src/ports/transport.ts';
import { openLab } from './lab.ts';

const lab = openLab();
const server = createServer((socket) => socket.end('hello'));
const listening = new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address !== 'string') resolve(address.port);
  });
});
afterAll(async () => {
  server.close();
  await lab.close();
});

const errorOf = async (work: Promise<unknown> | undefined): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('onward from a node', () => {
  it('an address answers, once the node was reached', async () => {
    const node = lab.node(await lab.trusted());
    let reached = false;
    const stream = await lab.transport().dial?.(node, '127.0.0.1', await listening, () => (reached = true));
    expect(reached).toBe(true);
    expect(Buffer.concat((await stream?.toArray()) ?? []).toString()).toBe('hello');
  });

  it('a port that nobody listens on is away, and the node is well', async () => {
    const transport = lab.transport();
    const error = await errorOf(transport.dial?.(lab.node(await lab.trusted()), '127.0.0.1', 1));
    expect(error).toBeInstanceOf(DialError);
    expect(error).toMatchObject({ kind: 'away', message: '127.0.0.1:1: Connection refused' });
  });

  it('a node that forbids it says so', async () => {
    const sshd = await lab.trusted({ config: ['AllowTcpForwarding no'] });
    const error = await errorOf(lab.transport().dial?.(lab.node(sshd), '127.0.0.1', await listening));
    expect(error).toMatchObject({ name: 'DialError', kind: 'forbidden' });
  });

  it('a node that is gone is not the address that is away', async () => {
    const sshd = await lab.trusted();
    const node = lab.node(sshd);
    await sshd.stop();
    expect(await errorOf(lab.transport().dial?.(node, '127.0.0.1', await listening))).toBeInstanceOf(ConnectError);
  });
});
