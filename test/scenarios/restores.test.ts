import { describe, expect, it } from 'vitest';
import { restoreScenarioOf, type RestoreScenario } from '../../scripts/simulation/restore/restore-scenario.ts';
import { simulateRestore } from '../../scripts/simulation/restore/simulate-restore.ts';
import type { Fault, FaultKind } from '../../src/simulator/faults/fault.ts';

const course = 'restore' as const;

const plain: Partial<RestoreScenario> = {
  from: '1.35.4',
  noticedMs: 30_000,
  meanwhileMs: 300_000,
  resumes: false,
  otherMachine: false,
  dryRunFirst: false,
};

/** The first seed that brings no upgrade and no restore of before with it. */
const seed = Array.from({ length: 100 }, (_, at) => at + 1).find((each) => {
  const { before, upgradesTo } = restoreScenarioOf(each);
  return before === undefined && upgradesTo === undefined;
});
if (seed === undefined) throw new Error('no seed is without an upgrade');

const restored = (scenario: Partial<RestoreScenario>, faults: readonly Fault[] = [], traced = false) =>
  simulateRestore(seed, { course }, { faults, traced, scenario: { ...plain, ...scenario } });

const asWished = { verdict: 'as-expected', what: [] };

describe('a simulated cluster that is restored', { timeout: 120_000 }, () => {
  it.each([
    ['nothing', 1, 1],
    ['objects-deleted', 3, 2],
    ['files-deleted', 1, 1],
    ['all-lost', 3, 2],
    ['majority-torn', 3, 1],
    ['majority-torn', 2, 1],
  ] as const)('%s, %i + %i', async (disaster, controlPlanes, workers) => {
    const { verdict, what, programs, rules } = await restored({ disaster, controlPlanes, workers });
    expect({ verdict, what, programs }).toEqual({ ...asWished, programs: 1 });
    // Where nothing answers there is nothing to be rescued.
    const never = Object.entries(rules ?? {}).flatMap(([rule, times]) => (times === 0 ? [rule] : []));
    const silent = disaster === 'all-lost' || disaster === 'majority-torn' || disaster === 'files-deleted';
    expect(never.filter((rule) => !(silent && rule === 'rescued-first'))).toEqual([]);
  });

  it.each(['another', 'same'] as const)(
    'for the second time, from %s backup, and upgraded afterwards',
    async (before) => {
      const wish = { disaster: 'all-lost', controlPlanes: 1, workers: 1, before, upgradesTo: '1.36.3' } as const;
      const { verdict, what } = await restored(wish);
      expect({ verdict, what }).toEqual(asWished);
    },
  );

  const commands = [22, 53, 86, 108];
  const passing: readonly (readonly [FaultKind, string | undefined])[] = [
    ['program-killed', undefined],
    ['connection-lost-during', undefined],
    ['node-reboot', 'sim-cp1'],
    ['node-reboot', 'sim-w1'],
    ['unit-killed', 'sim-cp1'],
  ];
  it.each(passing)('%s of %s, at any command, is gone on with', async (kind, where) => {
    for (const command of commands) {
      const fault: Fault = {
        kind,
        when: { command },
        moment: 'during',
        delayMs: 5,
        ...(where === undefined ? {} : { where }),
      };
      const scenario = { disaster: 'all-lost', controlPlanes: 1, workers: 1 } as const;
      const { verdict, what } = await restored(scenario, [fault]);
      expect({ command, verdict, what }).toEqual({ command, ...asWished });
    }
  });

  it('does without a worker that is away, and says so', async () => {
    const fault: Fault = {
      kind: 'node-down',
      when: { command: 1 },
      moment: 'before',
      where: 'sim-w2',
      permanent: true,
    };
    const { verdict, what, said, programs } = await restored({ disaster: 'all-lost', controlPlanes: 1, workers: 2 }, [
      fault,
    ]);
    expect({ verdict, what, programs }).toEqual({ ...asWished, programs: 1 });
    expect(said).toContain('sim/sim-w2: left out');
    expect(said).toMatch(/sim: restored \S+: etcd at revision 1\d{9}/);
  });
});
