import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

const topology = { controlPlanes: 1, workers: 1 };
const course = 'back-over-minors';

/** The first seed whose upgrade over two minors came to its end that way. */
const seedThat = (workersGo: 'each-hop' | 'last'): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const { goesBack, way, dryRunFirst } = scenarioOf(seed, topology, course);
    if (goesBack === 'done' && way.workers === workersGo && way.drain === undefined && !dryRunFirst) return seed;
  }
  throw new Error(`no seed goes back from an upgrade with workers ${workersGo}`);
};

const wayBack = (trace: readonly string[]): readonly string[] =>
  trace.slice(trace.findIndex((line) => line.includes('"program":2')));

/** Kubelets and API servers, in the order in which they started. */
const started = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => {
    const [, kubelet, version] = /"type":"kubelet-started","host":"([^"]+)","version":"([^"]+)"/.exec(line) ?? [];
    if (kubelet !== undefined) return [`${kubelet} kubelet ${version ?? ''}`];
    const [, host, server] =
      /"type":"component-ready","host":"([^"]+)","component":"kube-apiserver","version":"([^"]+)"/.exec(line) ?? [];
    return host === undefined ? [] : [`${host} API server ${server ?? ''}`];
  });

const changes = (all: readonly string[]): readonly string[] => all.filter((each, index) => each !== all[index - 1]);

describe('a rollback over two minors', { timeout: 60_000 }, () => {
  it.each([
    [
      'each-hop',
      [
        'sim-w1 kubelet 1.35.6',
        'sim-cp1 kubelet 1.35.6',
        'sim-cp1 API server 1.36.3',
        'sim-cp1 API server 1.35.6',
        'sim-w1 kubelet 1.34.2',
        'sim-cp1 kubelet 1.34.2',
        'sim-cp1 API server 1.35.6',
        'sim-cp1 API server 1.34.2',
      ],
    ],
    // The worker was never on 1.35: it goes to what it was while the control plane is above both.
    [
      'last',
      [
        'sim-w1 kubelet 1.34.2',
        'sim-cp1 kubelet 1.35.6',
        'sim-cp1 API server 1.36.3',
        'sim-cp1 API server 1.35.6',
        'sim-cp1 kubelet 1.34.2',
        'sim-cp1 API server 1.35.6',
        'sim-cp1 API server 1.34.2',
      ],
    ],
  ] as const)('workers %s', async (workersGo, order) => {
    const { verdict, what, trace } = await simulate(
      seedThat(workersGo),
      { topology, kinds: [], course },
      { traced: true, faults: [] },
    );
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(changes(started(wayBack(trace)))).toEqual(order);
    const hops = wayBack(trace).flatMap((line) => /command-started ([\d.]+)-.*\/snapshot-etcd$/.exec(line)?.[1] ?? []);
    expect([...new Set(hops)]).toEqual(['1.35.6', '1.34.2']);
  });
});
