import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { web } from '../../src/adapters/web.ts';
import { judgePrometheus, queryAddress } from '../../src/fleet/prometheus.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const listen = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
};

const get = (url: string, headers: Readonly<Record<string, string>> = {}, timeoutMs = 5000) =>
  web.get({ url, headers, timeoutMs });

describe('what is asked over the net', () => {
  it('is answered with status and body, and sent with its headers', async () => {
    const url = await listen((request, response) =>
      response.writeHead(418).end(`for ${request.headers.authorization}`),
    );
    expect(await get(`${url}/x`, { Authorization: 'Bearer abc' })).toEqual({
      kind: 'answered',
      status: 418,
      body: 'for Bearer abc',
    });
  });

  it('no redirect is followed: a secret would go along', async () => {
    const paths: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await get(`${url}/here`)).toEqual({ kind: 'answered', status: 302, body: '' });
    expect(paths).toEqual(['/here']);
  });

  it('who does not answer in time, or stops in the middle, has not answered', async () => {
    const silent = await listen(() => undefined);
    expect(await get(silent, {}, 100)).toEqual({ kind: 'none', why: 'no answer within 100 ms' });
    const half = await listen((_request, response) => void response.writeHead(200).write('al'));
    expect(await get(half, {}, 200)).toEqual({ kind: 'none', why: 'no answer within 200 ms' });
  });

  it('nobody there: which address refused', async () => {
    const url = await listen(() => undefined);
    closing.splice(0).forEach((close) => close());
    expect(await get(url)).toEqual({ kind: 'none', why: `connect ECONNREFUSED ${url.slice('http://'.length)}` });
    const { port } = new URL(url);
    expect(await get(`http://localhost:${port}`)).toMatchObject({
      kind: 'none',
      why: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  it('of a long answer the first MiB is kept', async () => {
    const url = await listen((_request, response) => response.end('x'.repeat(3 * 1024 * 1024)));
    expect(await get(url)).toMatchObject({ kind: 'answered', body: 'x'.repeat(1024 * 1024) });
  });

  it('a connection is taken, or refused', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    expect(await web.connect('127.0.0.1', address.port, 1000)).toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
    expect(await web.connect('127.0.0.1', address.port, 1000)).toBe(`connect ECONNREFUSED 127.0.0.1:${address.port}`);
  });
});

describe('a query of Prometheus', () => {
  it('goes there as its API takes it, and is judged', async () => {
    const url = await listen((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      const query = searchParams.get('query');
      if (pathname !== '/prom/api/v1/query' || request.method !== 'GET') return void response.writeHead(404).end('404');
      if (query === 'up{')
        return void response
          .writeHead(400)
          .end(JSON.stringify({ status: 'error', errorType: 'bad_data', error: '1:4: parse error' }));
      const result = [{ metric: {}, value: [1435781451.781, query === 'sum(rate(errors[5m]))' ? '0.5' : '0'] }];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    const ask = async (query: string, path = '/prom') => {
      const question = {
        kind: 'prometheus',
        url: `${url}${path}`,
        query,
        condition: { operator: '<', value: 0.1 },
        noData: 'fail',
        headers: {},
      } as const;
      return judgePrometheus(await get(queryAddress(question)), question);
    };
    expect(await ask('a + b')).toBeUndefined();
    expect(await ask('sum(rate(errors[5m]))')).toBe('{} is 0.5');
    expect(await ask('up{')).toBe('status 400, bad_data: 1:4: parse error');
    expect(await ask('up', '')).toBe('status 404, and nothing that the API of Prometheus would answer');
  });
});
