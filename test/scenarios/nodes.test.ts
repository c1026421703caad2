import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../scripts/simulation/draw-scenario.ts';
import type { Scenario } from '../../scripts/simulation/scenario.ts';
import { simulate } from '../../scripts/simulation/simulate.ts';

const course = 'nodes';

const seedThat = (is: (scenario: Scenario, asked: NonNullable<Scenario['nodes']>) => boolean): number => {
  for (let seed = 1; seed < 10_000; seed += 1) {
    const scenario = scenarioOf(seed, undefined, course);
    const isPlain = scenario.window === undefined && !scenario.dryRunFirst;
    if (isPlain && scenario.nodes !== undefined && is(scenario, scenario.nodes)) return seed;
  }
  throw new Error('no seed is of that kind');
};

const judged = async (seed: number, choice: object, traced = false) => {
  const { verdict, what, trace, said } = await simulate(seed, { course, ...choice }, { traced });
  return { verdict, what, trace, said };
};

const at = (trace: readonly string[], text: string): number => trace.findIndex((line) => line.includes(text));

describe('nodes that leave, and nodes that join', { timeout: 120_000 }, () => {
  it.each(['cp', 'w'])('%s: drained, out of etcd, its host bare, and then no node', async (role) => {
    const seed = seedThat(
      ({ controlPlanes, workers }, { operation, node }) =>
        operation === 'remove' && controlPlanes === 3 && workers === 2 && node.includes(`-${role}`),
    );
    const { verdict, what, trace } = await judged(seed, { kinds: [] }, true);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    const { node = '' } = scenarioOf(seed, undefined, course).nodes ?? {};
    const steps = [
      `"type":"cordoned","node":"${node}"`,
      ...(role === 'cp' ? [`"type":"member-removed","host":"${node}"`] : []),
      `"type":"kubeadm-started","host":"${node}","command":"reset"`,
      'journal step-started node-object/remove-gone-nodes',
    ].map((text) => at(trace, text));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps).not.toContain(-1);
  });

  it('forgets one whose machine is gone, and does nothing there', async () => {
    const seed = seedThat(
      ({ controlPlanes }, { operation, mistaken, node }) =>
        operation === 'forget' && !mistaken && controlPlanes === 3 && node.includes('-cp'),
    );
    const { verdict, what, trace } = await judged(seed, { kinds: [] }, true);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(at(trace, '"type":"member-removed"')).toBeGreaterThan(0);
    expect(at(trace, '"command":"reset"')).toBe(-1);
  });

  it('keeps one that is said to be gone, and lives', async () => {
    const seed = seedThat((_scenario, { mistaken, node }) => mistaken && node.includes('-w'));
    const { verdict, what, said } = await judged(seed, { kinds: [] });
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    expect(said).toContain('its kubelet was heard of a moment ago');
  });

  it('lets a worker join, at the cluster’s version, and leaves no token', async () => {
    const seed = seedThat(
      ({ controlPlanes }, { operation, held }) => operation === 'add' && !held && controlPlanes > 1,
    );
    const { verdict, what, trace } = await judged(seed, { kinds: [] }, true);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    const { node = '' } = scenarioOf(seed, undefined, course).nodes ?? {};
    const begun = at(trace, `"type":"kubeadm-started","host":"${node}","command":"join"`);
    expect(begun).toBeGreaterThan(at(trace, '"name":"bootstrap-token-'));
    expect(at(trace, `"type":"kubelet-started","host":"${node}"`)).toBeGreaterThan(begun);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('ends well, or for the right reason, with the faults of seed %i', async (seed) =>
    expect(await judged(seed, {})).toMatchObject({ verdict: 'as-expected', what: [] }),
  );
});
