import type { Web } from '../ports/web.ts';
import { dialTcp } from './dial-tcp.ts';
import { fetchTrouble } from './fetch-trouble.ts';

const keptBytes = 1024 * 1024;

const firstOf = async (body: ReadableStream<Uint8Array> | null): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= keptBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8');
};

/** The net as this machine reaches it. */
export const web: Web = {
  get: async ({ url, headers, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, { headers, signal, redirect: 'manual' });
      return { kind: 'answered', status: response.status, body: await firstOf(response.body) };
    } catch (error) {
      return { kind: 'none', why: signal.aborted ? `no answer within ${timeoutMs} ms` : fetchTrouble(error) };
    }
  },
  connect: async (host, port, timeoutMs) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const socket = await dialTcp(host, port, signal);
      // It was taken; how the other end takes its being closed says nothing.
      socket.on('error', () => undefined).destroy();
      return undefined;
    } catch (error) {
      return signal.aborted ? `no connection within ${timeoutMs} ms` : fetchTrouble(error);
    }
  },
};
