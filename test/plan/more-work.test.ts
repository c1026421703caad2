import { describe, expect, it } from 'vitest';
import type { Plan, PlannedVerdict } from '../../src/model/plan.ts';
import { blocked, needed, pending, satisfied } from '../../src/model/verdict.ts';
import { moreWork } from '../../src/plan/more-work.ts';

const assumed: PlannedVerdict = { kind: 'assumed', because: 'an earlier step changes it' };
const plan = (verdicts: Readonly<Record<string, PlannedVerdict>>): Plan => ({
  format: 1,
  cluster: 'paris',
  playbook: 'upgrade',
  parameters: {},
  before: [],
  notices: [],
  createdAt: 0,
  phases: [
    {
      name: 'one',
      parallel: 1,
      lanes: [
        {
          items: Object.entries(verdicts).map(([address, verdict]) => ({
            kind: 'step',
            address,
            step: 'do-work',
            title: address,
            with: {},
            verdict,
            assertion: false,
          })),
        },
      ],
    },
  ],
});

describe('what a new plan does that the first one did not say', () => {
  it.each<[string, PlannedVerdict, PlannedVerdict, boolean]>([
    ['the same', needed('a'), needed('a'), false],
    ['somebody did it', needed('a'), satisfied, false],
    ['a part of it is done', needed('a', 'b'), needed('b'), false],
    ['it was undone', satisfied, needed('a'), true],
    ['it would do something else', needed('a'), needed('b'), true],
    ['and something besides', needed('a'), needed('a', 'b'), true],
    ['it could only be assumed before', assumed, needed('a'), false],
    ['it was waited for before', pending('x'), needed('a'), false],
    ['it can only be assumed now', needed('a'), assumed, false],
    ['it is blocked now, which is told elsewhere', needed('a'), blocked('x', 'y'), false],
  ])('%s', (_what, before, after, more) => {
    expect(moreWork(plan({ one: before, two: satisfied }), plan({ one: after, two: satisfied }))).toEqual(
      more ? ['one'] : [],
    );
  });

  it('a step that was not there', () => {
    expect(moreWork(plan({}), plan({ new: needed('a'), other: satisfied }))).toEqual(['new']);
  });
});
