import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebhooks } from '../../src/adapters/webhooks.ts';
import type { Posting } from '../../src/ports/webhooks.ts';

interface Heard {
  readonly method: string | undefined;
  readonly body: string;
  readonly signature: IncomingMessage['headers'][string];
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A server that answers each message with the next status, the last one again and again; 0: not at all. */
const listen = async (...statuses: readonly number[]) => {
  const heard: Heard[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    heard.push({ method: request.method, body, signature: request.headers['x-nodeops-signature-256'] });
    const status = statuses[Math.min(heard.length, statuses.length) - 1] ?? 200;
    if (status !== 0) response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thank you');
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { heard, url: `http://127.0.0.1:${address.port}/hook` };
};

const posting = (url: string, body: string): Posting => ({
  url,
  body,
  headers: { 'content-type': 'application/json', 'x-nodeops-signature-256': 'sha256=00' },
  about: `that ${body}`,
});

const tell = async (postings: readonly Posting[], patienceMs = 20_000) => {
  const problems: string[] = [];
  const webhooks = createWebhooks({ onProblem: (problem) => void problems.push(problem), patienceMs, firstPauseMs: 5 });
  postings.forEach((each) => webhooks.post(each));
  await webhooks.settle();
  return problems;
};

describe('webhooks', () => {
  it('that were given up do not mute those of a later run', async () => {
    const [silent, awake] = [await listen(0), await listen(200)];
    const problems: string[] = [];
    const webhooks = createWebhooks({
      onProblem: (problem) => void problems.push(problem),
      patienceMs: 100,
      firstPauseMs: 5,
    });
    webhooks.post(posting(silent.url, 'a'));
    await webhooks.settle();
    expect(problems).toHaveLength(1);
    webhooks.post(posting(awake.url, 'b'));
    await webhooks.settle();
    expect([problems.length, awake.heard.map(({ body }) => body)]).toEqual([1, ['b']]);
  });

  it('are sent what is to be told, with its signature, in order', async () => {
    const { heard, url } = await listen(200);
    expect(await tell(['a', 'b', 'c'].map((body) => posting(url, body)))).toEqual([]);
    expect(heard).toEqual(['a', 'b', 'c'].map((body) => ({ method: 'POST', body, signature: 'sha256=00' })));
  });

  it.each([
    ['of a server', 503],
    ['for want of patience', 429],
  ])('are told again after a failure %s, and what comes later waits for it', async (_why, status) => {
    const { heard, url } = await listen(status, status, 200);
    expect(await tell([posting(url, 'a'), posting(url, 'b')])).toEqual([]);
    expect(heard.map(({ body }) => body)).toEqual(['a', 'a', 'a', 'b']);
  });

  it.each([
    ['a refusal is not repeated', [404], 1, 'status 404'],
    ['nobody is followed elsewhere', [302], 5, 'unexpected redirect'],
    ['after five times it is given up', [500], 5, 'status 500'],
  ])('%s', async (_what, statuses, times, why) => {
    const { heard, url } = await listen(...statuses);
    expect(await tell([posting(url, 'a')])).toEqual([`a webhook was not told that a: ${why}`]);
    expect(heard).toHaveLength(times);
  });

  it('that do not answer are waited for no longer than was said, and delay no other', async () => {
    const [silent, other] = [await listen(0), await listen(200)];
    const problems = await tell([posting(silent.url, 'a'), posting(other.url, 'b')], 300);
    expect(problems).toEqual(['a webhook was not told that a: no answer in the last 0.3 s']);
    expect(other.heard).toHaveLength(1);
  });

  it('that nobody listens at say so, without their address', async () => {
    const { url } = await listen(200);
    closing.splice(0).forEach((close) => close());
    expect(await tell([posting(url, 'a')])).toEqual([
      expect.stringMatching(/^a webhook was not told that a: .*ECONNREFUSED/),
    ]);
  });
});
