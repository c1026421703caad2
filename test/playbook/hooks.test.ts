import { describe, expect, it } from 'vitest';
import type { MaintenanceHook } from '../../src/model/maintenance-hook.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { bindWish } from '../../src/run/prepare-plan.ts';
import { stepItems, type BoundItem, type BoundPhase } from '../../src/steps/bound.ts';
import { makeCluster } from '../run/scripted.ts';

const hook = (name: string, change: Partial<MaintenanceHook> = {}): MaintenanceHook => ({
  name,
  of: 'node',
  before: ['./tell', 'before'],
  after: ['./tell', 'after'],
  on: 'operator',
  timeoutMs: 60_000,
  always: false,
  ...change,
});

const drained = `
  - { name: gates, on: cluster, steps: [{ uses: nodes-ready }] }
  - { name: looks, on: every-node, parallel: all, steps: [{ uses: node-identity }] }
  - name: work
    on: workers
    steps:
      - within: drained
        steps: [{ uses: restart-kubelet }]
  - { name: tidy, on: every-node, parallel: all, steps: [{ uses: prune-records }] }
`;
const undrained = '\n  - { name: work, on: workers, steps: [{ uses: restart-kubelet }] }\n';
const text = (phases: string, rest = '') =>
  `apiVersion: nodeops/v1\nkind: Playbook\nname: mine\ndescription: Mine.\n${rest}phases:${phases}`;

interface Case {
  readonly phases?: string;
  readonly own?: string;
  readonly hooks?: readonly MaintenanceHook[];
}

const bind = ({ phases = drained, own = '', hooks = [] }: Case) => {
  const cluster = { ...makeCluster('cp1', 'w1', 'w2'), directory: '/fleet', hooks };
  const selection = { nodes: cluster.nodes.map(({ name }) => name) };
  return bindWish(cluster, {
    playbook: loadPlaybook(text(phases, own), 'mine.yaml'),
    parameters: {},
    selection,
    run: 'r1',
  });
};

const shape = (items: readonly BoundItem[]): readonly unknown[] =>
  items.map((item) =>
    item.kind === 'step' ? item.step.id : [item.enter.step.id, ...shape(item.body), item.exit?.step.id ?? 'no exit'],
  );
const phaseNames = (bound: readonly BoundPhase[]) => bound.map(({ name }) => name);
const workers = (bound: readonly BoundPhase[]) =>
  bound.find(({ name }) => name === 'work')?.lanes.map(({ node, items }) => [node, ...shape(items)]);

const around = ['run-before-node', ['drain-node', 'restart-kubelet', 'uncordon-node'], 'run-after-node'];

describe('hooks of an inventory', () => {
  it('are around each node that is drained and comes back, and around nothing else', () => {
    const bound = bind({ hooks: [hook('balancer')] });
    expect(workers(bound)).toEqual([
      ['w1', around],
      ['w2', around],
    ]);
    const ids = bound.flatMap(({ name, lanes }) =>
      lanes.flatMap(({ items }) => stepItems(items).map(({ step }) => `${name} ${step.id}`)),
    );
    expect(ids.filter((id) => id.includes('run-')).length).toBe(4);
  });

  it('are no part of what drains nothing', () => {
    const bound = bind({ phases: undrained, hooks: [hook('balancer'), hook('silence', { of: 'cluster' })] });
    expect(phaseNames(bound)).toEqual(['work']);
    expect(workers(bound)?.[0]).toEqual(['w1', 'restart-kubelet']);
  });

  it('the first one is outermost', () => {
    const [phase] = bind({ hooks: [hook('one'), hook('two')] }).filter(({ name }) => name === 'work');
    const titles = stepItems(phase?.lanes[0]?.items ?? []).map(({ address }) => address);
    expect(titles).toEqual([
      'work/w1/run-before-node-one',
      'work/w1/run-before-node-two',
      'work/w1/drain-node',
      'work/w1/restart-kubelet',
      'work/w1/uncordon-node',
      'work/w1/run-after-node-two',
      'work/w1/run-after-node-one',
    ]);
  });

  it('one that is left in any case says how it went', () => {
    const [lane] =
      bind({ hooks: [hook('silence', { always: true })] }).find(({ name }) => name === 'work')?.lanes ?? [];
    const [bracket] = lane?.items ?? [];
    if (bracket?.kind !== 'bracket') throw new Error('expected a bracket');
    expect(bracket.onFailure).toBe('exit');
    const { exit, instead } = bracket;
    expect([exit, instead?.failed, instead?.stopped].map((item) => item?.step.with['hook'])).toMatchObject([
      { outcome: 'done' },
      { outcome: 'failed' },
      { outcome: 'stopped' },
    ]);
    expect(instead?.failed.address).toBe(exit?.address);
  });

  it('of a cluster come after what only looks, and at the very end', () => {
    const bound = bind({ hooks: [hook('silence', { of: 'cluster' }), hook('other', { of: 'cluster', always: true })] });
    expect(phaseNames(bound)).toEqual([
      'gates',
      'looks',
      'before hook silence',
      'before hook other',
      'work',
      'tidy',
      'after hook other',
      'after hook silence',
    ]);
    expect(bound.map(({ always }) => always === true)).toEqual([false, false, false, false, false, false, true, false]);
    const [before] = bound.find(({ name }) => name === 'before hook silence')?.lanes[0]?.items ?? [];
    if (before?.kind !== 'bracket') throw new Error('expected a bracket');
    // What decides is the work, not what is tidied up.
    const ids = new Set(stepItems(before.purpose ?? []).map(({ step }) => step.id));
    expect(ids).toEqual(new Set(['drain-node', 'restart-kubelet', 'uncordon-node']));
    const other = bound.find(({ name }) => name === 'after hook other');
    expect(other?.instead?.failed[0]?.items[0]).toMatchObject({ step: { with: { hook: { outcome: 'failed' } } } });
  });

  it('that name no node are refused before anything is connected to', () =>
    expect(() => bind({ hooks: [hook('balancer', { on: { node: 'w3' } })] })).toThrow(
      'the hook balancer is to run on "w3", which is no node of paris',
    ));
});

const place = (rest: string) =>
  stepItems(bind({ phases: undrained, own: rest })[0]?.lanes[0]?.items ?? [])[0]?.step.with['hook'];

describe('hooks of a playbook', () => {
  const own = 'hooks: [{ name: balancer, before: [./tell, before], on: node }]\n';

  it('are around whatever it does to a node', () =>
    expect(workers(bind({ phases: undrained, own }))).toEqual([
      ['w1', ['run-before-node', 'restart-kubelet', 'no exit']],
      ['w2', ['run-before-node', 'restart-kubelet', 'no exit']],
    ]));

  it('run in the directory of the inventory, or on the node', () => {
    expect(place(own)).toMatchObject({ place: { kind: 'node', node: 'w1' } });
    expect(place(own.replace(', on: node', ''))).toMatchObject({ place: { kind: 'operator', directory: '/fleet' } });
  });

  it('stand outside of those of the inventory', () => {
    expect(workers(bind({ own, hooks: [hook('silence')] }))?.[0]).toEqual([
      'w1',
      ['run-before-node', around, 'no exit'],
    ]);
    expect(() => bind({ own, hooks: [hook('balancer')] })).toThrow('two hooks are called balancer');
  });

  it('are refused where nothing is in service', () =>
    expect(() => loadPlaybook(text(undrained, `mode: outage\n${own}`), 'mine.yaml')).toThrow(
      'a playbook of the mode outage takes no hooks',
    ));
});
