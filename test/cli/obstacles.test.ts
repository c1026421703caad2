import { describe, expect, it } from 'vitest';
import { obstaclesOf, obstaclesText, type Obstacle } from '../../src/cli/obstacles.ts';
import type { Plan, PlannedItem, PlannedStep } from '../../src/model/plan.ts';
import { blocked, satisfied, type Verdict } from '../../src/model/verdict.ts';
import { makeCluster } from '../run/scripted.ts';

const step = (
  id: string,
  node: string | undefined,
  because: string,
  other: Partial<PlannedStep> = {},
): PlannedStep => ({
  kind: 'step',
  address: `${node ?? 'cluster'}/${id}`,
  step: id,
  title: id,
  with: {},
  verdict: because === '' ? satisfied : blocked(because, `clear ${because}`),
  assertion: false,
  ...(node === undefined ? {} : { node }),
  ...other,
});
const gate = (id: string, node: string | undefined, because: string, wish: object = {}): PlannedStep =>
  step(id, node, because, { assertion: true, with: { ...wish } });
const versioned = (id: string, node: string, because: string): PlannedStep =>
  step(id, node, because, { with: { version: '1.36.3' } });

/** A plan with a lane for each list of items. */
const plan = (...lanes: readonly (readonly PlannedItem[])[]): Plan => ({
  format: 1,
  cluster: 'paris',
  playbook: 'upgrade',
  parameters: {},
  before: [],
  notices: [],
  createdAt: 0,
  phases: [{ name: 'all', parallel: 1, lanes: lanes.map((items) => ({ items })) }],
});

const told = (...lanes: readonly (readonly PlannedItem[])[]): readonly string[] =>
  obstaclesOf(plan(...lanes)).map(({ node = '*', message }) => `${node} ${message.replace('blocked: ', '')}`);

describe('what stands in the way', () => {
  it('is nothing where nothing is blocked', () =>
    expect(told([gate('a', undefined, ''), step('b', 'w1', '')])).toEqual([]));

  it('is every gate, wherever it is', () =>
    expect(told([gate('a', undefined, 'one')], [gate('b', 'w1', 'two'), gate('c', 'w1', 'three')])).toEqual([
      '* one',
      'w1 two',
      'w1 three',
    ]));

  it('has no second mention of its node', () =>
    expect(told([gate('b', 'w1', 'w1: disk full')])).toEqual(['w1 disk full']));

  it('of the steps to a version only the first of each node, and all the others', () =>
    expect(
      told(
        [
          versioned('source', 'w1', 'old line'),
          versioned('install', 'w1', 'not offered'),
          step('drain', 'w1', 'lone pod'),
        ],
        [versioned('install', 'w2', 'not offered')],
      ),
    ).toEqual(['w1 old line', 'w1 lone pod', 'w2 not offered']));

  it('is not what follows from a version that cannot be reached', () =>
    expect(
      told(
        [gate('way', undefined, 'a way back', { version: '1.34.0' })],
        [versioned('install', 'w1', 'not offered'), step('drain', 'w1', 'lone pod')],
      ),
    ).toEqual(['* a way back', 'w1 lone pod']));

  it('is told once where a gate has said of a node what its step says again', () =>
    expect(
      told(
        [gate('drain-prediction', undefined, 'w1: lone pod', { version: '1.36.3' })],
        [versioned('install', 'w1', 'not offered'), step('drain', 'w1', 'lone pod')],
        [step('drain', 'w2', 'lone pod')],
      ),
    ).toEqual(['* w1: lone pod', 'w1 not offered', 'w2 lone pod']));

  it.each(['node-identity', 'node-membership'])('is nothing of a machine that %s doubts', (id) =>
    expect(
      told([gate(id, 'w1', 'another machine')], [step('drain', 'w1', 'lone pod')], [step('drain', 'w2', 'lone pod')]),
    ).toEqual(['w1 another machine', 'w2 lone pod']),
  );

  it('is not the repository whose key has expired', () =>
    expect(
      told(
        [gate('repository-key', 'w1', 'expired')],
        [versioned('install', 'w1', 'cannot be read'), step('drain', 'w1', 'lone pod')],
      ),
    ).toEqual(['w1 expired', 'w1 lone pod']));

  it('is looked for in brackets too', () => {
    const drained: PlannedItem = {
      kind: 'bracket',
      bracket: 'drained',
      enter: step('drain', 'w1', 'lone pod'),
      body: [versioned('install', 'w1', 'not offered')],
      exit: step('uncordon', 'w1', 'no such node'),
    };
    expect(told([drained])).toEqual(['w1 lone pod', 'w1 not offered', 'w1 no such node']);
  });

  it.each<Verdict>([
    { kind: 'pending', waitingFor: 'x' },
    { kind: 'needed', changes: ['x'] },
  ])('is not what is $kind', (verdict) => expect(told([step('a', 'w1', '', { verdict })])).toEqual([]));
});

const cluster = makeCluster('cp1', 'w1', 'w2');
const hostOf = (name: string): string => cluster.nodes.find((node) => node.name === name)?.ssh.host ?? '';
const refused = (node: string): Obstacle => ({
  node,
  message: `${hostOf(node)}:22 refused ops`,
  fix: `see why with: ssh ops@${hostOf(node)}`,
});

describe('the text of obstacles', () => {
  it('says where, what and what to type', () =>
    expect(obstaclesText(cluster, [{ message: 'it is old', fix: 'renew it' }, refused('w1')])).toBe(
      `${cluster.name}: it is old\n    renew it\n` +
        `${cluster.name}/w1: ${hostOf('w1')}:22 refused ops\n    see why with: ssh ops@${hostOf('w1')}\n`,
    ));

  it('has the same trouble of several nodes once', () =>
    expect(obstaclesText(cluster, [refused('cp1'), refused('w1'), refused('w2')])).toBe(
      `${cluster.name}/cp1: ${hostOf('cp1')}:22 refused ops\n    see why with: ssh ops@${hostOf('cp1')}\n    the same on w1, w2\n`,
    ));

  it('has the same trouble of one node once', () =>
    expect(obstaclesText(cluster, [refused('w1'), refused('w1')]).match(/refused/g)).toHaveLength(1));

  it('keeps apart what differs in more than the node', () =>
    expect(
      obstaclesText(cluster, [
        { node: 'w1', message: 'shows key A', fix: 'compare' },
        { node: 'w2', message: 'shows key B', fix: 'compare' },
      ]),
    ).toContain('w2: shows key B'));

  it('is empty for none', () => expect(obstaclesText(cluster, [])).toBe(''));
});
