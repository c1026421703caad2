import { describe, expect, it } from 'vitest';
import type { Plan, PlannedPhase } from '../../src/model/plan.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { startOfWay, versionAt } from '../../src/run/start-of-way.ts';
import { makeCluster, stage } from './scripted.ts';

const phase = (name: string, steps: Readonly<Record<string, string | undefined>>): PlannedPhase => ({
  name,
  parallel: 1,
  lanes: [
    {
      items: Object.entries(steps).map(([step, version]) => ({
        kind: 'step',
        address: `${name}/${step}`,
        step,
        title: step,
        with: version === undefined ? {} : { version },
        verdict: satisfied,
        assertion: false,
      })),
    },
  ],
});

const plan: Plan = {
  format: 1,
  cluster: 'paris',
  playbook: 'upgrade',
  parameters: { version: '1.36.3' },
  before: [],
  phases: [
    phase('1.35.4-workers', { 'upgrade-node': '1.35.4', 'drain-node': undefined }),
    phase('1.36.3-workers', { 'upgrade-node': '1.36.3', 'drain-node': undefined }),
  ],
  notices: [],
  createdAt: 0,
};

describe('versionAt', () => {
  it.each([
    ['1.35.4-workers/upgrade-node', '1.35.4'],
    ['1.35.4-workers/drain-node', '1.35.4'],
    ['1.36.3-workers/drain-node', '1.36.3'],
    ['lease', '1.36.3'],
  ])('%s: %s', (address, version) => expect(versionAt(plan, address)).toBe(version));
});

const cluster = makeCluster('cp1', 'cp2', 'w1');
const point = (run: string, from: string, to: string): string =>
  [
    `point ${run}_${to} ${run} ${from} ${to}`,
    ...['kubeadm', 'kubelet', 'kubectl'].map((name) => `package ${name} ${from}-1.1 hi `),
    '',
  ].join('\n');

/** What each node kept; a node that is not listed is away. */
const startOn = (kept: Readonly<Record<string, readonly string[]>>) => {
  const { session } = stage(cluster, {
    connect: (node) => {
      if (!(node in kept)) throw new ConnectError('unreachable', `${node} does not answer`, 'switch it on');
    },
    facts: (node, key) => (key === 'restore-points' ? { stdout: `${(kept[node] ?? []).join('')}end\n` } : undefined),
  });
  const nodes = cluster.nodes.map(
    (node) => ({ ...node, role: node.name === 'w1' ? 'worker' : 'control-plane' }) as const,
  );
  return startOfWay(session, nodes, '1.36.3');
};

describe('startOfWay', () => {
  it.each([
    ['nobody has begun', { cp1: [point('r1', '1.34.2', '1.35.4')], cp2: [], w1: [] }, undefined],
    ['one has', { cp1: [point('r1', '1.35.4', '1.36.3')], cp2: [], w1: [] }, '1.35.4'],
    [
      'in an earlier run than the newest point',
      { cp1: [point('r1', '1.35.4', '1.36.3'), point('r2', '1.36.3', '1.37.0')], cp2: [], w1: [] },
      '1.35.4',
    ],
    [
      'twice: what was kept last',
      { cp1: [point('r1', '1.35.1', '1.36.3'), point('r2', '1.35.4', '1.36.3')], cp2: [], w1: [] },
      '1.35.4',
    ],
    [
      'the oldest of several',
      { cp1: [point('r1', '1.35.4', '1.36.3')], cp2: [point('r1', '1.35.1', '1.36.3')], w1: [] },
      '1.35.1',
    ],
    [
      'workers that come from further back do not count',
      { cp1: [point('r1', '1.35.4', '1.36.3')], cp2: [], w1: [point('r1', '1.34.2', '1.36.3')] },
      '1.35.4',
    ],
    ['workers alone', { cp1: [], cp2: [], w1: [point('r1', '1.34.2', '1.36.3')] }, '1.34.2'],
    ['a node is away', { cp1: [point('r1', '1.35.4', '1.36.3')], w1: [] }, '1.35.4'],
  ])('%s', async (_what, kept, from) => expect(await startOn(kept)).toBe(from));
});
