import { describe, expect, it } from 'vitest';
import { goingFurtherTold, noticesFor } from '../../src/run/plan-notices.ts';
import type { Plan } from '../../src/model/plan.ts';
import { makeCluster, makeNode } from './scripted.ts';
import { nodeObject } from '../steps/values.ts';

const hop = (version: string, further: Readonly<Record<string, string>>) => ({
  version,
  first: true,
  last: false,
  alone: false,
  workers: true,
  further,
});
const nodes = [nodeObject('w1', { kubeletVersion: '1.36.3' }), nodeObject('w2', { kubeletVersion: '1.34.4' })];

describe('what is said of workers that leave a hop out', () => {
  it('once, and only of those that go anywhere', () => {
    const way = [hop('1.35.4', { w1: '1.33.9', w2: '1.34.4' }), hop('1.34.4', { w1: '1.33.9' })];
    expect(goingFurtherTold(way, nodes)).toEqual([
      'w1 goes straight back to 1.33.9, before the control planes go to 1.35.4: it left that out on the way up, and a kubelet is never newer than its API server',
    ]);
  });
});

describe('what is said of the API', () => {
  const verdict = { kind: 'needed', changes: ['drain'] } as const;
  const enter = {
    kind: 'step',
    address: 'a',
    step: 'drain-node',
    title: 'drain',
    with: {},
    verdict,
    assertion: false,
  } as const;
  const plan: Plan = {
    format: 1,
    cluster: 'paris',
    playbook: 'upgrade',
    parameters: {},
    before: [],
    notices: [],
    createdAt: 0,
    phases: [
      {
        name: 'p',
        parallel: 1,
        lanes: [{ node: 'cp1', items: [{ kind: 'bracket', bracket: 'drained', enter, body: [] }] }],
      },
    ],
  };
  const told = (planes: readonly string[], external: boolean) =>
    noticesFor({ ...makeCluster(...planes), ...(external ? { etcdHosts: [makeNode('e1', 'etcd')] } : {}) }, plan, {
      nodes: [],
      pods: [],
    });

  it.each([
    [['cp1'], false, 1],
    [['cp1', 'cp2'], false, 1],
    [['cp1', 'cp2', 'cp3'], false, 0],
    [['cp1'], true, 1],
    // Its etcd keeps quorum: the other API server goes on.
    [['cp1', 'cp2'], true, 0],
  ])('%j, etcd elsewhere %j: %i notice', (planes, external, count) =>
    expect(told(planes, external)).toHaveLength(count),
  );
});
