import { createServer, type ServerResponse } from 'node:http';
import type { ServeMetrics } from '../ports/metrics-server.ts';

/** Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based format". */
const contentType = 'text/plain; version=0.0.4; charset=utf-8';

const answer = async (response: ServerResponse, text: () => Promise<string>): Promise<void> => {
  try {
    const body = await text();
    response.writeHead(200, { 'content-type': contentType }).end(body);
  } catch (error) {
    response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`);
  }
};

export const serveMetrics: ServeMetrics = async ({ host, port }, text) => {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/metrics') response.writeHead(404).end('metrics are at /metrics\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405, { allow: 'GET' }).end();
    else void answer(response, text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
