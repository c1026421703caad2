import { describe, expect, it } from 'vitest';
import { statusOf, type StatusSight } from '../../src/cli/cluster-status.ts';
import type { NodeObject } from '../../src/facts/nodes.ts';
import { noPaint } from '../../src/report/paint.ts';
import { statusMetrics } from '../../src/report/status-metrics.ts';
import { statusCounts, statusTable, statusText } from '../../src/report/status-text.ts';
import type { LastRun } from '../../src/run/lock/last-run.ts';
import { makeCluster } from '../run/scripted.ts';
import { nodeObject, old, target } from '../steps/values.ts';

const now = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const paris = { ...makeCluster('cp1', 'w1'), name: 'paris', version: target };
const on = (version: string, change: Partial<NodeObject> = {}) => [
  nodeObject('cp1', { kubeletVersion: version, controlPlane: true }),
  nodeObject('w1', { kubeletVersion: version, ...change }),
];
const run = (end: LastRun['end'], playbook = 'upgrade'): LastRun => ({
  run: 'r7',
  by: 'ana@bastion',
  at: now - 20 * minute,
  end,
  wish: undefined,
  playbook,
  parameters: undefined,
  from: undefined,
});
const leftWish = JSON.stringify({
  format: 1,
  run: 'r7',
  by: 'ana@bastion',
  at: now,
  command: 'upgrade',
  playbook: 'upgrade',
  parameters: { version: target },
});
const ended = (outcome: string, playbook?: string) => run({ kind: 'ended', outcome, at: now - 8 * minute }, playbook);
const held = { kind: 'held', owner: { epoch: 3, holder: 'x', run: 'r7', gone: false, silentMs: 900 } } as const;
const sight = (change: Partial<StatusSight>): StatusSight => ({
  cluster: paris,
  nodes: on(target),
  keptOut: {},
  holding: { kind: 'free' },
  now,
  lost: new Map(),
  ...change,
});
const status = (change: Partial<StatusSight>) => statusOf(sight(change), 15 * minute);

const { version: _none, ...wishless } = paris;
const silent = { ...held, owner: { ...held.owner, silentMs: 10 * minute } };
const gone = { ...held, owner: { ...held.owner, gone: true } };
const ours = { unschedulable: true, cordonedBy: 'r7' };

describe('how a cluster is', () => {
  it.each([
    ['on its version', {}, 'Stable'],
    ['without a wish', { cluster: wishless, nodes: on(old) }, 'Stable'],
    ['not on its version', { nodes: on(old) }, 'Pending'],
    ['some nodes are not', { nodes: [...on(target).slice(0, 1), ...on(old).slice(1)] }, 'Pending'],
    ['upgraded by the last run', { last: ended('done') }, 'Upgraded'],
    ['patched by the last run', { last: ended('done', 'os-patch') }, 'Stable'],
    ['a run has it', { nodes: on(old), holding: held, last: run({ kind: 'open' }) }, 'Upgrading'],
    [
      'the nodes tell which, without an API server',
      { nodes: undefined, holding: held, last: { ...run({ kind: 'open' }), playbook: undefined, wish: leftWish } },
      'Upgrading',
    ],
    ['a run of another kind has it', { holding: held, last: run({ kind: 'open' }, 'os-patch') }, 'Maintained'],
    ['and no API server answers', { nodes: undefined, holding: held, last: run({ kind: 'open' }) }, 'Upgrading'],
    ['no API server answers', { nodes: undefined }, 'Unknown'],
    ['a run failed', { nodes: on(old), last: ended('failed') }, 'Failed'],
    ['a run was blocked', { nodes: on(old), last: ended('blocked') }, 'Blocked'],
    ['a run was interrupted', { nodes: on(old), last: ended('interrupted') }, 'Failed'],
    ['a run failed, and left a node cordoned', { nodes: on(target, ours), last: ended('failed') }, 'Failed'],
    [
      'a run failed, and somebody uncordoned the node',
      { nodes: on(target, { cordonedBy: 'r7' }), last: ended('failed') },
      'Stable',
    ],
    ['a run failed, and somebody ended it by hand', { last: ended('failed') }, 'Stable'],
    ['a run is silent', { nodes: on(old), holding: silent, last: run({ kind: 'open' }) }, 'Failed'],
    ['its process has ended', { nodes: on(old), holding: gone, last: run({ kind: 'open' }) }, 'Failed'],
    ['it was taken from a run', { nodes: on(old), last: run({ kind: 'broken', by: 'eve' }) }, 'Failed'],
  ] satisfies readonly (readonly [string, Partial<StatusSight>, string])[])('%s', (_what, change, state) =>
    expect(status(change).state).toBe(state),
  );

  it('whose cordon', () => {
    const nodes = ['w1', 'w2', 'w3'].map((name) => nodeObject(name, { unschedulable: true }));
    const cluster = { ...makeCluster('cp1', 'w1', 'w2', 'w3'), name: 'paris' };
    const [first, ...others] = nodes;
    if (first === undefined) throw new Error('no node');
    const seen = status({ cluster, nodes: [{ ...first, cordonedBy: 'r7' }, ...others], keptOut: { w2: 'r5' } });
    expect(seen.cordoned).toEqual([
      { node: 'w1', by: 'run r7' },
      { node: 'w2', by: 'an operator (run r5)' },
      { node: 'w3', by: 'somebody else' },
    ]);
  });

  it('what somebody should look at', () => {
    expect(status({ nodes: on(old), holding: held, last: run({ kind: 'open' }) }).alerts).toEqual([
      'the run r7 has taken 20m so far',
    ]);
    expect(status({ nodes: on(old, { ready: 'Unknown' }), last: ended('failed') }).alerts).toEqual([
      'the run r7 left something undone: nodeops resume r7',
      'not Ready: w1',
    ]);
    expect(status({ nodes: on(target).slice(0, 1), lost: new Map([['w1', 'connection refused']]) }).alerts).toEqual([
      'no node of the cluster: w1',
      'w1: connection refused',
    ]);
    expect(status({}).alerts).toEqual([]);
  });
});

const all = [
  status({ last: ended('done') }),
  { ...status({ nodes: on(old, ours), last: ended('failed') }), cluster: 'oslo' },
];

describe('how it is shown', () => {
  it('a cluster a line', () => {
    expect(statusText(all, noPaint, false))
      .toBe(`cluster  state     version          control planes  workers         last run
paris    Upgraded  1.36.3           1/1             1/1             upgrade done, 12m
oslo     Failed    1.35.4 → 1.36.3  1/1, 0 updated  1/1, 0 updated  upgrade failed, 12m

! oslo: the run r7 left something undone: nodeops resume r7
`);
  });

  it('what nobody can say is no number', () => {
    const dark = status({ nodes: undefined, holding: held, last: run({ kind: 'open' }) });
    expect(statusText([dark], noPaint, false)).toContain(
      'paris    Upgrading  ? → 1.36.3  ?/1             ?/1      upgrade, 20m',
    );
  });

  it('with who cordoned and who runs', () => {
    const text = statusText(all, noPaint, true);
    expect(text).toContain('upgrade failed, 12m  r7   ana@bastion');
    expect(text).toContain('oslo: w1 is cordoned by run r7');
  });

  it('as metrics', async () => {
    const text = await statusMetrics(all);
    for (const line of [
      'nodeops_cluster_state{cluster="paris",state="Upgraded"} 1',
      'nodeops_cluster_state{cluster="paris",state="Failed"} 0',
      'nodeops_nodes{cluster="oslo",role="worker"} 1',
      'nodeops_nodes_updated{cluster="oslo",role="control-plane"} 0',
      'nodeops_nodes_cordoned{cluster="oslo"} 1',
      'nodeops_alerts{cluster="paris"} 0',
    ])
      expect(text.split('\n')).toContain(line);
  });
});

describe('as a page that is looked at again and again', () => {
  const [well, ill] = all;
  const late = { ...status({}), cluster: 'rome', alerts: ['a certificate ends tomorrow'] };

  it('knows who needs a look, and why', () => {
    const { rows, below } = statusTable([status({ last: ended('done') }), late, ...all.slice(1)], noPaint, false);
    expect(rows.map(({ text, grave }) => [text.split(' ', 1)[0], grave])).toEqual([
      ['paris', false],
      ['rome', true],
      ['oslo', true],
    ]);
    expect(below).toEqual([
      '! rome: a certificate ends tomorrow',
      '! oslo: the run r7 left something undone: nodeops resume r7',
    ]);
  });

  it('counts the clusters by how they are', () => {
    expect(
      statusCounts(
        [well, well, ill].flatMap((each) => each ?? []),
        noPaint,
      ),
    ).toBe('3 clusters: 2 Upgraded, 1 Failed');
    expect(
      statusCounts(
        [well].flatMap((each) => each ?? []),
        noPaint,
      ),
    ).toBe('one cluster: 1 Upgraded');
  });
});
