import { describe, expect, it } from 'vitest';
import type { Event, EventBody } from '../../src/model/event.ts';
import { laneTimes, rolesOf, stepTimes } from '../../src/plan/estimate.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { pruneRecords } from '../../src/steps/prune-records.ts';
import { restartKubelet } from '../../src/steps/restart-kubelet.ts';
import type { PlannedStep, PlannedVerdict } from '../../src/model/plan.ts';
import { bound, onWorker } from '../steps/values.ts';

const minute = 60_000;
const roleOf = rolesOf([
  { name: 'cp1', role: 'control-plane' },
  { name: 'w1', role: 'worker' },
]);
const event = (body: EventBody): Event => ({ at: 0, cluster: 'paris', ...body });
const step = (
  name: string,
  node: string,
  durationMs: number,
  outcome: 'done' | 'satisfied' | 'skipped',
  waitedMs = 1,
) => {
  const address = `a/${node}/${name}/${durationMs}`;
  return [
    event({ type: 'step-started', address, step: name, title: name, node }),
    event({ type: 'step-finished', address, outcome, durationMs, waitedMs }),
  ];
};
const past = (...runs: readonly (readonly Event[])[]) => stepTimes({ runs, roleOf, drainTimeoutMs: 10 * minute });

describe('how long steps take', () => {
  const seconds = [4, 8, 2, 10, 6, 14, 12, 18, 16, 20];
  const shown = past(
    seconds.slice(0, 5).flatMap((each) => step('restart-kubelet', 'w1', each * 1000, 'done')),
    seconds.slice(5).flatMap((each) => step('restart-kubelet', 'w1', each * 1000, 'done')),
    step('restart-kubelet', 'cp1', 40_000, 'done'),
  );

  it('is median and 90th percentile of what the cluster’s own runs show, role by role', () => {
    expect(shown('restart-kubelet', 'worker')).toEqual({ typicalMs: 12_000, longMs: 18_000 });
    expect(shown('restart-kubelet', 'control-plane')).toEqual({ typicalMs: 40_000, longMs: 40_000 });
  });

  it.each([
    ['stood still for ten minutes of it', [0, 5000, 605_000, 611_000], 611_000, 11_000],
    ['had its clock set by an hour', [0, 5000, 3_605_000, 3_611_000], 11_000, 11_000],
    ['told of itself all the time', [0, 20_000, 40_000, 60_000], 60_000, 60_000],
  ])('leaves out that the program %s', (_what, [began = 0, ...later], durationMs, ms) => {
    const address = 'a/w1/restart-kubelet';
    const [finished = 0, ...beats] = later.toReversed();
    const told = past([
      { ...event({ type: 'step-started', address, step: 'restart-kubelet', title: 'x', node: 'w1' }), at: began },
      ...beats.toReversed().map((at) => ({ ...event({ type: 'run-continued' }), at })),
      { ...event({ type: 'step-finished', address, outcome: 'done', durationMs, waitedMs: 1 }), at: finished },
    ]);
    expect(told('restart-kubelet', 'worker')).toEqual({ typicalMs: ms, longMs: ms });
  });

  it('is a careful assumption for what they do not show', () => {
    expect(shown('upgrade-node', 'worker')).toEqual({ typicalMs: 3000, longMs: 30_000 });
    expect(shown('upgrade-node', 'control-plane')).toEqual({ typicalMs: 120_000, longMs: 240_000 });
    expect(shown('drain-node', 'worker')).toEqual({ typicalMs: 30_000, longMs: 10 * minute });
    expect(shown('never-heard-of', 'cluster')).toEqual({ typicalMs: 3000, longMs: 10_000 });
  });

  it('does not count what had nothing to do, was left out, or was passed over', () => {
    const nothing = past([
      ...step('restart-kubelet', 'w1', 7, 'satisfied', 0),
      ...step('restart-kubelet', 'w1', 0, 'skipped'),
      event({
        type: 'step-finished',
        address: 'w/w1/restart-kubelet',
        outcome: 'satisfied',
        durationMs: 0,
        waitedMs: 0,
      }),
    ]);
    expect(nothing('restart-kubelet', 'worker')).toEqual({ typicalMs: 15_000, longMs: 60_000 });
  });

  it('counts what only looked and waited', () => {
    const looked = past(
      step('verify-node', 'w1', 9000, 'satisfied', 8000),
      step('verify-node', 'w1', 200, 'satisfied', 0),
    );
    expect(looked('verify-node', 'worker')).toEqual({ typicalMs: 9000, longMs: 9000 });
  });
});

const planned = (address: string, id: string, verdict: PlannedVerdict, assertion = false): PlannedStep => ({
  kind: 'step',
  address,
  step: id,
  title: id,
  node: 'w1',
  with: {},
  verdict,
  assertion,
});

describe('what a lane has ahead', () => {
  const restart = bound(restartKubelet, {}, onWorker('w1'));
  const prune = bound(pruneRecords, { run: 'r1' }, onWorker('w1'));
  const lane = (...items: readonly PlannedStep[]) =>
    laneTimes(
      [{ name: 'workers', parallel: 2, lanes: [{ node: 'w1', items }] }],
      [
        {
          name: 'workers',
          parallel: 2,
          lanes: [
            {
              node: 'w1',
              items: [
                { kind: 'step', address: 'restart', step: restart },
                { kind: 'step', address: 'prune', step: prune },
              ],
            },
          ],
        },
      ],
      roleOf,
      (id) => (id === 'verify-node' ? { typicalMs: 1, longMs: 20 } : { typicalMs: 100, longMs: 1000 }),
    )[0];
  const assumed: PlannedVerdict = { kind: 'assumed', because: 'later' };

  it('is the sum of what is not satisfied', () =>
    expect(
      lane(
        planned('restart', 'restart-kubelet', needed('x')),
        planned('packages', 'install-packages', satisfied),
        planned('verify', 'verify-node', assumed, true),
      ),
    ).toEqual({ phase: 'workers', node: 'w1', parallel: 2, touches: true, typicalMs: 101, longMs: 1020 }));

  it.each([
    ['what only looks', planned('verify', 'verify-node', assumed, true), false],
    ['what tidies up', planned('prune', 'prune-records', needed('x')), false],
    ['what could not be judged', planned('restart', 'restart-kubelet', { kind: 'pending', waitingFor: 'x' }), true],
    ['what has nothing to do', planned('restart', 'restart-kubelet', satisfied), false],
  ])('%s touches the node: see the last', (_what, each, touches) => expect(lane(each)?.touches).toBe(touches));
});
