import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { prober } from '../../src/adapters/prober.ts';
import { parseProbeUrl } from '../../src/model/probe.ts';
import { ConnectError, DialError, type Transport } from '../../src/ports/transport.ts';
import { makeNode } from '../run/scripted.ts';

const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

/** A server on a TCP port has an address with one. */
const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error(`no port: ${String(address)}`);
  return address.port;
};

/** Listens on loopback until the test ends; the port. */
const listening = (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  servers.push(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
};

const answering = (status: number) =>
  createHttp((_request, response) => {
    response.writeHead(status);
    response.end('x');
  });

const certificate = (): { readonly key: string; readonly cert: string } => {
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-prober-'));
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-subj',
        '/CN=x',
        '-days',
        '1',
        '-keyout',
        'key',
        '-out',
        'cert',
      ],
      { cwd: directory, stdio: 'ignore' },
    );
    return { key: readFileSync(join(directory, 'key'), 'utf8'), cert: readFileSync(join(directory, 'cert'), 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const via = makeNode('paris-cp1', 'control-plane');

type Dial = NonNullable<Transport['dial']>;

const nothing = (): never => {
  throw new Error('a probe sends no command');
};

/** Asks as a run does; `dial` stands for the way through the node. */
const ask = (url: string, change: { readonly dial?: Dial; readonly timeoutMs?: number } = {}) => {
  const parsed = parseProbeUrl(url);
  if (parsed === undefined) throw new Error(url);
  const { dial, timeoutMs = 5000 } = change;
  return prober.ask({
    target: { ...parsed, name: 'x', from: dial === undefined ? 'operator' : 'cluster' },
    timeoutMs,
    via,
    transport: {
      run: nothing,
      put: nothing,
      fetch: nothing,
      counters: nothing,
      close: () => Promise.resolve(),
      ...(dial === undefined ? {} : { dial }),
    },
    signal: new AbortController().signal,
  });
};

const direct: Dial = (_node, host, port, onReached) => {
  onReached?.();
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => resolve(socket));
    socket.once('error', (error) => reject(new DialError('away', error.message)));
  });
};

describe('a probe', () => {
  it.each([200, 301, 401, 403, 404])('takes status %i for an answer', async (status) => {
    const port = await listening(answering(status));
    expect(await ask(`http://127.0.0.1:${port}/healthz`)).toEqual({ kind: 'answered' });
  });

  it.each([500, 502, 503])('takes status %i for none', async (status) => {
    const port = await listening(answering(status));
    expect(await ask(`http://127.0.0.1:${port}/readyz`)).toEqual({
      kind: 'away',
      why: `http://127.0.0.1:${port}/readyz: status ${status}`,
    });
  });

  it('asks over TLS whoever signed the certificate, from here and through a node', async () => {
    const port = await listening(createHttps(certificate(), (_request, response) => response.end('ok')));
    expect(await ask(`https://127.0.0.1:${port}/readyz`)).toEqual({ kind: 'answered' });
    expect(await ask(`https://127.0.0.1:${port}/readyz`, { dial: direct })).toEqual({ kind: 'answered' });
  });

  it('leaves no connection behind', async () => {
    const server = createTcp(() => undefined);
    const port = await listening(server);
    expect(await ask(`tcp://127.0.0.1:${port}`)).toEqual({ kind: 'answered' });
    await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0);
  });

  it('says why nobody took the connection', async () => {
    const port = await listening(createTcp());
    for (const close of servers.splice(0)) close();
    const url = `tcp://127.0.0.1:${port}`;
    expect(await ask(url)).toEqual({ kind: 'away', why: `${url}: connect ECONNREFUSED 127.0.0.1:${port}` });
  });

  it('waits no longer than it may for who accepts and says nothing', async () => {
    const port = await listening(createTcp(() => undefined));
    const url = `http://127.0.0.1:${port}/readyz`;
    expect(await ask(url, { timeoutMs: 100 })).toEqual({ kind: 'away', why: `${url}: no answer within 100 ms` });
  });

  it('takes a connection that breaks off for no answer', async () => {
    const port = await listening(createTcp((socket) => socket.destroy()));
    expect(await ask(`http://127.0.0.1:${port}/readyz`)).toMatchObject({ kind: 'away' });
  });
});

const unreached: Dial = () => Promise.reject(new ConnectError('unreachable', 'cp1: timed out', 'see'));
const forbidden: Dial = () => Promise.reject(new DialError('forbidden', 'cp1 lets nobody connect onward'));
const silent: Dial = (_node, _host, _port, onReached) => {
  onReached?.();
  return new Promise(() => undefined);
};
const silentBeyond: Dial = (node, host, port, onReached) =>
  (host === '127.0.0.1' ? direct : silent)(node, host, port, onReached);
const slow: Dial = async (node, host, port, onReached) => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  return direct(node, host, port, onReached);
};

describe('a probe through a node', () => {
  it('says nothing of the target where the node is not reached', async () =>
    expect(await ask('tcp://10.96.0.20:80', { dial: unreached })).toEqual({
      kind: 'unasked',
      why: 'cp1: timed out',
      never: false,
    }));

  it('never again goes through a node that lets nobody through', async () =>
    expect(await ask('tcp://10.96.0.20:80', { dial: forbidden })).toMatchObject({ kind: 'unasked', never: true }));

  it('says nothing of the target where the node itself falls silent', async () =>
    expect(await ask('tcp://10.96.0.20:80', { dial: silent, timeoutMs: 50 })).toMatchObject({ kind: 'unasked' }));

  it('is away where the node answers for itself, and the target does not', async () =>
    expect(await ask('tcp://10.96.0.20:80', { dial: silentBeyond, timeoutMs: 50 })).toEqual({
      kind: 'away',
      why: 'tcp://10.96.0.20:80: no answer within 50 ms',
    }));

  it('does not count the time that it takes to reach the node', async () => {
    const port = await listening(answering(200));
    const asked = ask(`http://127.0.0.1:${port}/`, { dial: slow, timeoutMs: 200 });
    expect(await asked).toEqual({ kind: 'answered' });
  });
});
