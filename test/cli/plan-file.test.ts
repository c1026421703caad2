import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSavedPlan } from '../../src/cli/plan-file.ts';
import { UsageError } from '../../src/model/errors.ts';
import { savedCluster, type SavedPlan } from '../../src/plan/saved-plan.ts';
import { foldPlan } from '../../src/plan/build-plan.ts';
import { makeCluster } from '../run/scripted.ts';
import { boundFor, playbook, withoutSnapshot } from '../plan/upgrade.ts';
import { worldAt } from '../plan/world.ts';

const cluster = makeCluster('paris-cp1', 'paris-w1');
const parameters = { version: '1.36.3' };
const made = foldPlan({
  cluster: 'paris',
  playbook: 'upgrade',
  parameters,
  before: [{ node: 'paris-cp1', role: 'control-plane', version: '1.35.4' }],
  notices: ['pods move'],
  createdAt: 1,
  bound: boundFor(cluster),
  world: withoutSnapshot(worldAt(cluster, '1.35.4')),
});
const saved: SavedPlan = {
  kind: 'nodeops-plan',
  format: 1,
  nodeops: '0.1.0',
  createdAt: 1,
  salt: 'ab',
  clusters: [
    savedCluster({ cluster, nodes: ['paris-cp1', 'paris-w1'], playbook, parameters, run: 'r1', ...made }, 'ab'),
  ],
};

it('a plan comes back from its file as it was', () => {
  expect(parseSavedPlan(JSON.stringify(saved), 'p')).toEqual(saved);
});

const outcome = (text: string): string => {
  try {
    parseSavedPlan(text, 'p');
    return 'a plan';
  } catch (error) {
    return error instanceof UsageError ? 'refused' : `thrown: ${String(error)}`;
  }
};

it('any JSON is a plan or is refused', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(outcome(text)).toBe('refused');
    }),
  );
});

/** Every place in a value where something else could stand. */
const paths = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]))]
    : [path];
const replaced = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === key ? replaced(item, rest, by) : item]),
  );
};
const everyPath = paths({
  ...saved,
  clusters: saved.clusters.map((each) => ({ ...each, observations: each.observations.slice(0, 2) })),
});

it('a plan with something else in any one place is a plan or is refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...everyPath), fc.jsonValue(), (path, by) => {
      expect(['a plan', 'refused']).toContain(outcome(JSON.stringify(replaced(saved, path, by))));
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['clusters', [], 'clusters: expected at least one cluster'],
  ['clusters', { a: 1 }, 'clusters: expected a list of clusters'],
  ['createdAt', -1, 'createdAt: expected'],
  ['salt', '', 'salt: expected text'],
])('%s = %j is refused with its path', (key, value, says) => {
  expect(() => parseSavedPlan(JSON.stringify({ ...saved, [key]: value }), 'p')).toThrow(says);
});
