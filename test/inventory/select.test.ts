import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { select } from '../../src/inventory/select.ts';
import type { Wanted } from '../../src/inventory/select.ts';
import { head, read, yaml } from './read.ts';

const { clusters } = read(
  head +
    yaml`
      clusters:
        - name: paris
          labels: { environment: prod }
          nodes: [{ name: cp1, host: a, role: control-plane }, { name: w1, host: b, role: worker }]
        - name: oslo
          nodes: [{ name: cp1, host: c, role: control-plane }, { name: w9, host: d, role: worker }]`,
);

const prod = [{ key: 'environment', operator: 'In', values: ['prod'] }] as const;

const names = (wanted: Wanted): string[] =>
  select(clusters, wanted).flatMap(({ cluster, nodes }) => nodes.map((node) => `${cluster.name}/${node.name}`));

const chosen = [
  ['nothing said', {}, ['paris/cp1', 'paris/w1', 'oslo/cp1', 'oslo/w9']],
  ['empty lists', { clusters: [], limit: [] }, ['paris/cp1', 'paris/w1', 'oslo/cp1', 'oslo/w9']],
  ['a cluster, twice', { clusters: ['oslo', 'oslo'] }, ['oslo/cp1', 'oslo/w9']],
  ['in the order of the inventory', { clusters: ['oslo', 'paris'], limit: ['w9', 'w1'] }, ['paris/w1', 'oslo/w9']],
  ['by labels', { selector: { text: 'environment', labels: prod } }, ['paris/cp1', 'paris/w1']],
  ['a shard', { shard: { part: 7, of: 7 } }, ['oslo/cp1', 'oslo/w9']],
  ['a node', { limit: ['w1'] }, ['paris/w1']],
  ['a node by its full name', { limit: ['oslo/cp1'] }, ['oslo/cp1']],
  ['a node of a chosen cluster', { clusters: ['oslo'], limit: ['cp1'] }, ['oslo/cp1']],
] as const;

const refused = [
  [
    { clusters: ['pari'] },
    'there is no cluster "pari" in the inventory\n    did you mean paris? clusters: paris, oslo',
  ],
  [{ clusters: ['x'] }, 'there is no cluster "x" in the inventory\n    clusters: paris, oslo'],
  [{ limit: ['w2'] }, 'there is no node "w2" in the inventory\n    did you mean w1? nodes: cp1, w1, w9'],
  [
    { limit: ['oslo/w1'] },
    'there is no node "oslo/w1" in the inventory\n    did you mean oslo/w9? nodes: paris/cp1, paris/w1, oslo/cp1, oslo/w9',
  ],
  [
    { clusters: ['oslo'], limit: ['w1'] },
    'there is no node "w1" in the chosen clusters\n    did you mean w9? nodes: cp1, w9',
  ],
  [{ limit: ['cp1'] }, 'the node name cp1 is not unique: write one of paris/cp1, oslo/cp1'],
] as const;

describe('waves', () => {
  const waved = read(
    `${head}waves: [{ name: dev, selector: stage=dev }, { name: prod, selector: stage!=dev }]
clusters:
  - { name: a, labels: { stage: dev }, nodes: [{ name: a1, host: a, role: control-plane }] }
  - { name: b, nodes: [{ name: b1, host: b, role: control-plane }] }
  - { name: c, nodes: [{ name: c1, host: c, role: control-plane }] }
`,
  ).clusters;
  const inWaves = (wanted: Wanted): string[] => select(waved, wanted).map(({ cluster }) => cluster.name);

  it('are chosen by their names, and narrow down what else was chosen', () => {
    expect(inWaves({ waves: ['prod'] })).toEqual(['b', 'c']);
    expect(inWaves({ waves: ['prod', 'dev'] })).toEqual(['a', 'b', 'c']);
    expect(inWaves({ waves: ['prod'], clusters: ['a', 'c'] })).toEqual(['c']);
  });

  it.each([
    [{ waves: ['prd'] }, 'there is no wave "prd" in the inventory\n    did you mean prod? waves: dev, prod'],
    [{ waves: ['dev'], clusters: ['b'] }, 'none of the chosen clusters is in the wave dev\n    chosen: b'],
  ])('refused: %j', (wanted, message) => expect(() => inWaves(wanted)).toThrow(new UsageError(message)));
});

describe('hosts of etcd', () => {
  const external = read(
    head +
      yaml`
        name: rome
        nodes:
          - { name: e1, host: c, role: etcd }
          - { name: cp1, host: a, role: control-plane }
          - { name: w1, host: b, role: worker }
          - { name: e2, host: d, role: etcd }`,
  ).clusters;

  it('are no nodes of Kubernetes: nobody chooses them, and they are all there', () => {
    const [selected] = select(external, {});
    expect(selected?.nodes.map(({ name }) => name)).toEqual(['cp1', 'w1']);
    expect(selected?.cluster.nodes.map(({ name }) => name)).toEqual(['cp1', 'w1']);
    expect(selected?.cluster.etcdHosts?.map(({ name }) => name)).toEqual(['e1', 'e2']);
    expect(clusters[0]?.etcdHosts).toBeUndefined();
  });

  it.each(['e1', 'rome/e1'])('%s is refused by what it is', (name) => {
    expect(() => select(external, { limit: [name] })).toThrow(
      new UsageError(
        `${name} is a host of etcd in rome, and no node that could be chosen: the etcd of a cluster is looked after as a whole\n    nodes: cp1, w1`,
      ),
    );
  });
});

describe('select', () => {
  it.each(chosen)('%s', (_what, wanted, expected) => expect(names(wanted)).toEqual(expected));

  it.each(refused)('%o is refused', (wanted, message) => {
    expect(() => select(clusters, wanted)).toThrow(new UsageError(message));
  });

  it('keeps the cluster whole: a limit is where to work, not what to look at', () => {
    expect(select(clusters, { limit: ['w1'] })[0]?.cluster.nodes).toHaveLength(2);
  });
});
