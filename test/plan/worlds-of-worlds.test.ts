import { describe, expect, it } from 'vitest';
import { nodes } from '../../src/facts/nodes.ts';
import { packages } from '../../src/facts/packages.ts';
import type { Observed } from '../../src/model/observed.ts';
import type { Subject } from '../../src/model/subject.ts';
import { createWorld, type World } from '../../src/plan/world.ts';
import { onWorker } from '../steps/values.ts';

const cluster: Subject = { kind: 'cluster', cluster: 'paris' };
const w1: Subject = onWorker();
const seen = (value: string): Observed<unknown> => ({ kind: 'value', value, at: 0, from: 'observed' });
const saysOf = (world: World): readonly unknown[] => [world.get(cluster, nodes), world.get(w1, packages)];

describe('what is known of a cluster', () => {
  it.each([
    ['a scratch', (world: World) => world.scratch()],
    ['a scratch of a scratch', (world: World) => world.scratch().scratch()],
  ])('%s keeps its changes to itself', (_what, of) => {
    const world = createWorld();
    world.set(cluster, nodes, seen('before'));
    world.set(w1, packages, seen('old'));
    const other = of(world);
    other.set(w1, packages, seen('new'));
    expect(saysOf(other)).toEqual([seen('before'), seen('new')]);
    expect(saysOf(world)).toEqual([seen('before'), seen('old')]);
  });

  it('what is nearest counts', () => {
    const scratch = createWorld(new Map()).scratch();
    scratch.set(cluster, nodes, seen('first'));
    const nearer = scratch.scratch();
    nearer.set(cluster, nodes, seen('second'));
    expect(nearer.get(cluster, nodes)).toEqual(seen('second'));
  });

  it('a scratch follows what it was made of', () => {
    const world = createWorld();
    world.set(cluster, nodes, seen('before'));
    const scratch = world.scratch();
    world.set(cluster, nodes, seen('after'));
    expect(scratch.get(cluster, nodes)).toEqual(seen('after'));
  });
});
