import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { probeUrlText, type ProbeTarget } from '../model/probe.ts';
import { ConnectError, DialError } from '../ports/transport.ts';
import type { ProbeAnswer, Prober, ProbeQuestion } from '../ports/prober.ts';
import { dialTcp } from './dial-tcp.ts';

/** Begins once the way to the target is there: what it takes to reach a node again says nothing about the target. */
interface TimeLimit {
  readonly signal: AbortSignal;
  readonly begin: () => void;
}

const answered: ProbeAnswer = { kind: 'answered' };
const unheard: ProbeAnswer = { kind: 'unasked', why: 'nobody waits for the answer', never: true };

const dialOperator = async ({ host, port }: ProbeTarget, signal: AbortSignal): Promise<Duplex> => {
  try {
    return await dialTcp(host, port, signal);
  } catch (error) {
    throw new DialError('away', error instanceof Error ? error.message : String(error), { cause: error });
  }
};

/** A stream that came too late is ended by nobody else. */
const open = async ({ target, via, transport }: ProbeQuestion, limit: TimeLimit): Promise<Duplex> => {
  const { signal } = limit;
  if (target.from === 'operator') {
    limit.begin();
    return dialOperator(target, signal);
  }
  if (transport.dial === undefined) throw new DialError('forbidden', `nothing can be asked through ${via.name}`);
  const stream = await transport.dial(via, target.host, target.port, limit.begin);
  if (signal.aborted) stream.destroy();
  return stream;
};

/** No credentials are sent: whose certificate it is does not matter for whether it answers. */
const asker = (target: ProbeTarget, stream: Duplex) =>
  target.scheme === 'https'
    ? { request: requestHttps, createConnection: () => connectTls({ socket: stream, rejectUnauthorized: false }) }
    : { request: requestHttp, createConnection: () => stream };

const askHttp = (target: ProbeTarget, stream: Duplex, signal: AbortSignal): Promise<ProbeAnswer> =>
  new Promise((resolve, reject) => {
    const { request, createConnection } = asker(target, stream);
    const { host, path } = target;
    request({ host, path, signal, createConnection, headers: { connection: 'close' } }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      resolve(statusCode < 500 ? answered : { kind: 'away', why: `${probeUrlText(target)}: status ${statusCode}` });
    })
      .once('error', reject)
      .end();
  });

const whyUnasked = (error: unknown, target: ProbeTarget): ProbeAnswer => {
  if (error instanceof ConnectError) return { kind: 'unasked', why: error.message, never: false };
  if (error instanceof DialError && error.kind === 'forbidden')
    return { kind: 'unasked', why: error.message, never: true };
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'away', why: `${probeUrlText(target)}: ${why}` };
};

const askOnce = async (question: ProbeQuestion, limit: TimeLimit): Promise<ProbeAnswer> => {
  const { target } = question;
  let stream: Duplex | undefined;
  try {
    stream = await open(question, limit);
    // The one that asks hears of it by itself; afterwards nobody does.
    stream.on('error', () => undefined);
    return target.scheme === 'tcp' ? answered : await askHttp(target, stream, limit.signal);
  } catch (error) {
    return whyUnasked(error, target);
  } finally {
    stream?.destroy();
  }
};

/** Resolves once the signal comes. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** A node that says of a closed port of its own that it is closed can be asked through. */
const answersItself = async ({ via, transport, timeoutMs }: ProbeQuestion): Promise<boolean> => {
  const closedPort = transport.dial?.(via, '127.0.0.1', 1).then(
    (stream) => stream.destroy(),
    (error: unknown) => {
      if (!(error instanceof DialError)) throw error;
    },
  );
  const alive = (closedPort ?? Promise.reject(new Error('no way'))).then(
    () => true,
    () => false,
  );
  return Promise.race([alive, aborted(AbortSignal.timeout(timeoutMs)).then(() => false)]);
};

const tooLate = async (question: ProbeQuestion): Promise<ProbeAnswer> => {
  const { target, timeoutMs, via } = question;
  if (target.from === 'cluster' && !(await answersItself(question)))
    return { kind: 'unasked', why: `${via.name} does not answer`, never: false };
  return { kind: 'away', why: `${probeUrlText(target)}: no answer within ${timeoutMs} ms` };
};

export const prober: Prober = {
  ask: async (question) => {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      timer ??= setTimeout(() => abort.abort(), question.timeoutMs);
    };
    try {
      const asked = askOnce(question, { signal: abort.signal, begin });
      const nobodyWaits = aborted(question.signal).then(() => unheard);
      const first = await Promise.race([asked, nobodyWaits, aborted(abort.signal)]);
      return first ?? (await Promise.race([tooLate(question), nobodyWaits]));
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  },
};
