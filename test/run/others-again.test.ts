import { describe, expect, it } from 'vitest';
import type { BoundItem, BoundStepItem } from '../../src/steps/bound.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import { makeCluster, stage } from './scripted.ts';
import { onNode, work, workDone } from './work.ts';

const others: BoundStepItem = { kind: 'step', address: 'w1/others', step: workDone.bind({}, onNode('cp1')) };
const own: BoundStepItem = { kind: 'step', address: 'w1/own', step: work('w1', { what: 'own' }) };
const kept: BoundStepItem = { kind: 'step', address: 'w1/kept', step: work('w2', { what: 'keep' }) };

const among = (body: readonly BoundItem[]): BoundItem => ({
  kind: 'bracket',
  bracket: 'others-in-service',
  enter: others,
  body,
  ofOthers: true,
});
const inside: BoundItem = { kind: 'bracket', bracket: 'saved', enter: kept, body: [own] };

interface Times {
  /** How long the look at the node takes that comes after the others were found well, in seconds. */
  readonly slowS?: number;
  /** Who is waited for from then on, until it is time, and how long. */
  readonly waiting?: string;
  readonly waitingS?: number;
  /** How long the other is away from then on. */
  readonly awayS: number;
  readonly items?: readonly BoundItem[];
}

/** w1 is worked on while cp1 is well; a moment after it was found well cp1 goes, and who asks w1 waits. */
const play = async ({ slowS = 0, waiting, waitingS = 0, awayS, items = [among([own])] }: Times) => {
  let foundAt: number | undefined;
  let looks = 0;
  const done = new Set<string>();
  const sentAt: number[] = [];
  const here = stage(makeCluster('cp1', 'w1', 'w2'), {
    facts: (node, key) => {
      if (key !== 'work') return undefined;
      const { clock } = here;
      if (node === 'cp1') {
        const isAway = foundAt !== undefined && clock.time > foundAt && clock.time < foundAt + awayS * 1000;
        looks += 1;
        // All is looked at once before anything begins.
        if (looks === 2) foundAt = clock.time;
        return { stdout: isAway ? 'old' : 'done' };
      }
      if (foundAt === clock.time) clock.time += slowS * 1000;
      const isWaiting = node === waiting && foundAt !== undefined && clock.time < foundAt + waitingS * 1000;
      if (isWaiting) return { stdout: 'waiting' };
      return { stdout: done.has(node) ? 'done' : 'old' };
    },
    commands: (node, line) => {
      done.add(node);
      if (line === 'do own') sentAt.push((here.clock.time - (foundAt ?? 0)) / 1000);
      return undefined;
    },
  });
  const { outcome, failure } = await runPlan({
    ...here,
    run: 'r1',
    phases: [{ name: 'workers', parallel: 1, lanes: [{ node: 'w1', items }] }],
    again: 'nodeops upgrade',
    stopping: () => false,
  });
  return { outcome, address: failure?.address, sentAt };
};

describe('before something is touched beside others', () => {
  it('they are not looked at again where it was only a moment ago', async () => {
    const { outcome, sentAt } = await play({ slowS: 5, awayS: 30 });
    expect([outcome, sentAt]).toEqual(['done', [5]]);
  });

  it.each([
    ['a step', undefined],
    ['what is in a bracket inside', [among([inside])]],
  ])('they are looked at again where the look at %s took long, and waited for', async (_what, items) => {
    const { outcome, sentAt } = await play({ slowS: 15, awayS: 22, ...(items === undefined ? {} : { items }) });
    expect(outcome).toBe('done');
    expect(sentAt).toHaveLength(1);
    expect(sentAt[0]).toBeGreaterThanOrEqual(22);
  });

  it.each([
    ['a step', 'w1', undefined],
    ['the enter of a bracket inside', 'w2', [among([inside])]],
  ])('they are looked at again where %s had to wait, and waited for', async (_what, waiting, items) => {
    const { outcome, sentAt } = await play({
      waiting,
      waitingS: 15,
      awayS: 22,
      ...(items === undefined ? {} : { items }),
    });
    expect(outcome).toBe('done');
    expect(sentAt).toHaveLength(1);
    expect(sentAt[0]).toBeGreaterThanOrEqual(22);
  });

  it('nothing is touched where they do not come back', async () => {
    const { outcome, address, sentAt } = await play({ slowS: 15, awayS: Infinity });
    expect([outcome, address, sentAt]).toEqual(['blocked', 'w1/others', []]);
  });
});
