import { describe, expect, it } from 'vitest';
import { withSpares } from '../../src/inventory/with-spares.ts';
import { makeCluster } from '../run/scripted.ts';

const plain = makeCluster('cp1', 'w1', 's1', 's2');
const paris = {
  ...plain,
  nodes: plain.nodes.filter(({ name }) => !name.startsWith('s')),
  spares: plain.nodes.filter(({ name }) => name.startsWith('s')),
};
const oslo = { ...makeCluster('cp9'), name: 'oslo' };

describe('spare machines', () => {
  it('are nodes once they are named, and let so many workers be out', () => {
    const [first, second] = withSpares([paris, oslo], ['s2']);
    expect(first?.nodes.map(({ name }) => name)).toEqual(['cp1', 'w1', 's2']);
    expect(first?.spares?.map(({ name }) => name)).toEqual(['s1']);
    expect(first?.maxUnavailable).toEqual({ count: 1 });
    expect(second).toBe(oslo);
  });

  it('are named with their cluster, too', () => {
    const [first] = withSpares([paris], ['paris/s1', 's2']);
    expect(first?.nodes.map(({ name }) => name)).toEqual(['cp1', 'w1', 's1', 's2']);
    expect(first).not.toHaveProperty('spares');
    expect(first?.maxUnavailable).toEqual({ count: 2 });
  });

  it('are left out where nobody names them', () => {
    expect(withSpares([paris], [])).toEqual([paris]);
  });

  it('have to be there', () => {
    expect(() => withSpares([paris], ['w1'])).toThrow('--with-spare w1: no such machine is spare');
    expect(() => withSpares([oslo], ['s1'])).toThrow('no machine of the inventory is spare');
  });
});
