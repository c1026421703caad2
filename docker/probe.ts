import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubernetesNodes, type LabNode } from './addresses.ts';
import { WEB_PORT } from './cluster/workload.ts';
import type { ProbeSummary, Sample } from './probe-summary.ts';
import { summarise } from './probe-summary.ts';

const INTERVAL_MS = 100;
const TIMEOUT_MS = 2000;

/**
 * Asks the Service `web` ten times a second until told to stop. Each request is a new connection, sent on time whether
 * or not the one before was answered, through the NodePort of the given nodes in turn.
 */
export async function probe(entries: readonly LabNode[], stop: AbortSignal): Promise<ProbeSummary> {
  const from = performance.now();
  const inFlight: Promise<Sample>[] = [];
  for (let turn = 0; !stop.aborted; turn += 1) {
    const entry = entries[turn % entries.length];
    if (entry) inFlight.push(ask(entry));
    // By the clock, not by a pause between: ten a second stay ten a second.
    const wait = from + (turn + 1) * INTERVAL_MS - performance.now();
    await sleep(Math.max(0, wait), undefined, { signal: stop }).catch(() => undefined);
  }
  const to = performance.now();
  const samples = await Promise.all(inFlight);
  return summarise(samples, from, Math.max(to, ...samples.map(({ endedAt }) => endedAt)));
}

/** The nodes that a probe enters through unless told otherwise: all workers, or all nodes where there are none. */
export function fairEntries(nodes: readonly LabNode[]): LabNode[] {
  const workers = nodes.filter(({ role }) => role === 'worker');
  return workers.length > 0 ? workers : kubernetesNodes(nodes);
}

/** One request to the Service through a node. */
export function ask({ name, host }: LabNode): Promise<Sample> {
  const sentAt = performance.now();
  return new Promise((resolve) => {
    const end = (error?: string): void => {
      const sample = { sentAt, endedAt: performance.now(), via: name };
      resolve(error === undefined ? sample : { ...sample, error });
    };
    const request = get(
      { host, port: WEB_PORT, path: '/hostname', agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) },
      (answer) => {
        answer.on('error', () => end('broken answer'));
        answer.on('end', () => end(answer.statusCode === 200 ? undefined : `status ${answer.statusCode}`));
        answer.resume();
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) =>
      end(error.name === 'AbortError' ? 'time-out' : (error.code ?? error.message)),
    );
  });
}
