import { describe, expect, it } from 'vitest';
import { simulate } from '../../scripts/simulation/simulate.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';

const run = (faults: readonly Fault[]) =>
  simulate(1, { topology: { controlPlanes: 1, workers: 1 } }, { traced: true, faults });
const journalled = (trace: readonly string[]): readonly string[] => trace.filter((line) => / p\d+ journal /.test(line));

/** What befalls the node and its kubelet, and by whom, in order. */
const story = (trace: readonly string[], node: string): readonly string[] =>
  trace.flatMap((line) => {
    const [, what, by] =
      /\* \{"type":"(cordoned|uncordoned)","node":"[^"]*","actor":\{"kind":"(\w+)"/.exec(line) ??
      /\* \{"type":"(kubelet-stopped)",.*"actor":\{"kind":"(\w+)"/.exec(line) ??
      [];
    return what === undefined || !line.includes(`"${node}"`) ? [] : [`${what} by ${by ?? ''}`];
  });

describe('a node that somebody uncordons while its packages are installed', { timeout: 60_000 }, () => {
  it.each([
    ['sim-w1', 'workers'],
    ['sim-cp1', 'first-control-plane'],
  ])('%s is drained again before its kubelet is restarted, and given back at the end', async (node, phase) => {
    const undisturbed = await run([]);
    const installs = journalled(undisturbed.trace).findIndex((line) =>
      line.endsWith(`command-started ${phase}/${node}/install-packages-2`),
    );
    const { verdict, what, trace, programs } = await run([
      { kind: 'person-uncordons', where: node, when: { journal: installs + 1 }, moment: 'after' },
    ]);
    expect({ verdict, what, programs }).toEqual({ verdict: 'as-expected', what: [], programs: 1 });
    expect(story(trace, node)).toEqual([
      'cordoned by nodeops',
      'uncordoned by person',
      'cordoned by nodeops',
      'kubelet-stopped by nodeops',
      'uncordoned by nodeops',
    ]);
    expect(trace.some((line) => line.endsWith(`command-started ${phase}/${node}/drain-node-2`))).toBe(true);
  });
});
