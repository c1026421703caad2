import { describe, expect, it } from 'vitest';
import { nodes } from '../../src/facts/nodes.ts';
import { pods, podsOnNode } from '../../src/facts/pods.ts';
import type { Observed } from '../../src/model/observed.ts';
import { observedOf, withWholes } from '../../src/run/whole-facts.ts';
import { pod } from '../steps/values.ts';

const onNodes = (count: number) => Array.from({ length: count }, (_, index) => podsOnNode(`w${index}`));
const keys = (facts: Parameters<typeof withWholes>[0]) => withWholes(facts).map(({ key }) => key);

describe('parts of a whole', () => {
  it.each([
    ['none', [nodes, pods], ['nodes', 'pods']],
    ['a few are asked one by one', [nodes, ...onNodes(2)], ['nodes', 'pods-on-node w0', 'pods-on-node w1']],
    ['of many the whole is asked', [nodes, ...onNodes(8)], ['nodes', 'pods']],
    ['once, also where it is wanted itself', [pods, nodes, ...onNodes(500)], ['nodes', 'pods']],
  ])('%s', (_what, facts, expected) => expect(keys(facts)).toEqual(expected));

  const [here, there] = [pod('here', { node: 'w1' }), pod('there', { node: 'w2' })];
  const whole: Observed<unknown> = { kind: 'value', value: [here, there], at: 7, from: 'cp1' };
  const away: Observed<unknown> = { kind: 'unavailable', why: 'no answer' };
  const own: Observed<unknown> = { kind: 'value', value: [], at: 8, from: 'cp2' };

  it.each([
    ['is picked from it', podsOnNode('w1'), [['pods', whole]], { ...whole, value: [here] }],
    ['may be empty', podsOnNode('w3'), [['pods', whole]], { ...whole, value: [] }],
    ['is as little known as the whole', podsOnNode('w1'), [['pods', away]], away],
    [
      'was asked itself',
      podsOnNode('w1'),
      [
        ['pods-on-node w1', own],
        ['pods', whole],
      ],
      own,
    ],
    ['was not asked', podsOnNode('w1'), [], undefined],
    ['is the whole', pods, [['pods', whole]], whole],
  ] as const)('%s', (_what, fact, seen, expected) => {
    expect(observedOf(fact, new Map<string, Observed<unknown>>(seen))).toEqual(expected);
  });
});
