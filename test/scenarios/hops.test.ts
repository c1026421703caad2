import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

const topology = { controlPlanes: 1, workers: 1 };

/** The first seed that goes over two minors in that way, so that the test stays right when seeds mean something else. */
const seedThat = (workersGo: 'each-hop' | 'last'): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const { from, to, way, goesBack } = scenarioOf(seed, topology);
    if (from === '1.34.2' && to === '1.36.3' && way.workers === workersGo && goesBack === undefined) return seed;
  }
  throw new Error(`no seed goes from 1.34.2 to 1.36.3 with workers ${workersGo}`);
};

/** Node by node, the kubelets that were started. */
const kubelets = (trace: readonly string[]): readonly string[] =>
  trace.flatMap((line) => {
    const [, host, version] = /"type":"kubelet-started","host":"([^"]+)","version":"([^"]+)"/.exec(line) ?? [];
    return host === undefined ? [] : [`${host} ${version ?? ''}`];
  });

describe('an upgrade over two minors', { timeout: 60_000 }, () => {
  it.each([
    ['each-hop', ['sim-cp1 1.35.6', 'sim-w1 1.35.6', 'sim-cp1 1.36.3', 'sim-w1 1.36.3']],
    // The worker's kubelet leaves 1.35 out: the flag that only kubeadm 1.35 takes out is taken out for it.
    ['last', ['sim-cp1 1.35.6', 'sim-cp1 1.36.3', 'sim-w1 1.36.3']],
  ] as const)('workers %s', async (workersGo, order) => {
    const { verdict, what, trace, programs } = await simulate(
      seedThat(workersGo),
      { topology, kinds: [] },
      { traced: true, faults: [] },
    );
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(programs).toBeLessThanOrEqual(2);
    expect(kubelets(trace)).toEqual(order);
    const snapshots = trace.filter((line) => /command-started .*\/snapshot-etcd$/.test(line));
    const hops = new Set(snapshots.map((line) => /command-started ([\d.]+)-/.exec(line)?.[1]));
    expect([...hops]).toEqual(['1.35.6', '1.36.3']);
  });
});
