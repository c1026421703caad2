import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serveMetrics } from '../../src/adapters/metrics-server.ts';

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

describe('metrics over HTTP', () => {
  it('are what is so at that moment, until it is closed', async () => {
    const port = await freePort();
    let now = 'a 1\n';
    const server = await serveMetrics({ host: '127.0.0.1', port }, () => Promise.resolve(now));
    const url = `http://127.0.0.1:${port}`;
    const first = await fetch(`${url}/metrics`);
    expect([first.status, first.headers.get('content-type'), await first.text()]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'a 1\n',
    ]);
    now = 'a 2\n';
    expect(await (await fetch(`${url}/metrics?x`)).text()).toBe('a 2\n');
    expect([(await fetch(url)).status, (await fetch(`${url}/metrics`, { method: 'POST' })).status]).toEqual([404, 405]);
    await expect(serveMetrics({ host: '127.0.0.1', port }, () => Promise.resolve(''))).rejects.toThrow(/EADDRINUSE/);
    await server.close();
    await expect(fetch(`${url}/metrics`)).rejects.toThrow('fetch failed');
  });

  it('that cannot be told are an error of the server', async () => {
    const port = await freePort();
    const server = await serveMetrics({ host: '127.0.0.1', port }, () => Promise.reject(new Error('no')));
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(500);
    await server.close();
  });
});
