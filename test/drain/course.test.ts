import { describe, expect, it } from 'vitest';
import { courseOf, type CourseWish } from '../../src/drain/course.ts';
import { nodeObject } from '../steps/values.ts';

const wish: CourseWish = {
  version: '1.35.4',
  nodeNames: ['cp1', 'w1', 'w2'],
  controlPlaneNames: ['cp1'],
  workerNames: ['w1', 'w2'],
  maxUnavailable: 1,
};
const on = (version: string, ...names: readonly string[]) =>
  names.map((name) => nodeObject(name, { kubeletVersion: version }));
const drained = (nodes: ReturnType<typeof on>, change: Partial<CourseWish> = {}) =>
  courseOf(nodes, { ...wish, ...change }).stages.map((stage) => stage.nodes);

describe('the nodes that a run drains', () => {
  it.each([
    ['all', on('1.36.3', 'cp1', 'w1', 'w2'), {}, [['cp1'], ['w1', 'w2']]],
    ['not those that are there', [...on('1.36.3', 'cp1', 'w1'), ...on('1.35.4', 'w2')], {}, [['cp1'], ['w1']]],
    [
      'not those that are on a version of their own',
      [...on('1.36.3', 'cp1', 'w1'), ...on('1.34.4', 'w2')],
      { further: { w2: '1.34.4' } },
      [['cp1'], ['w1']],
    ],
    [
      'those that are there as well, where hosts are patched',
      [...on('1.36.3', 'cp1', 'w1'), ...on('1.35.4', 'w2')],
      { osPatch: true },
      [['cp1'], ['w1', 'w2']],
    ],
    [
      'those that go to a version of their own',
      on('1.35.4', 'cp1', 'w1', 'w2'),
      { further: { w2: '1.34.4' } },
      [['w2']],
    ],
  ])('%s', (_what, nodes, change, stages) => expect(drained(nodes, change)).toEqual(stages));

  it('all of them, where it is about no version', () => {
    const { version: _none, ...outage } = wish;
    const { stages, returning } = courseOf(on('1.36.3', 'cp1', 'w1', 'w2'), outage);
    expect([stages.map((stage) => stage.nodes), returning]).toEqual([[['cp1'], ['w1', 'w2']], []]);
  });

  it('for good, where they are to stay out', () => {
    const { stages } = courseOf(on('1.36.3', 'cp1', 'w1'), { ...wish, staysOut: true });
    expect(stages.map(({ outSeconds }) => outSeconds)).toEqual(['for-good', 'for-good']);
  });

  it('what is back on a version of its own comes back', () => {
    const nodes = [nodeObject('w2', { kubeletVersion: '1.34.4', cordonedBy: 'r1', unschedulable: true })];
    expect(courseOf(nodes, { ...wish, further: { w2: '1.34.4' } })).toEqual({ stages: [], returning: ['w2'] });
    expect(courseOf(nodes, wish).returning).toEqual([]);
  });
});
