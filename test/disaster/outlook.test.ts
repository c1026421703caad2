import { describe, expect, it } from 'vitest';
import { outlooksOf } from '../../src/disaster/outlook.ts';
import type { DisasterSight, KeptBackup } from '../../src/disaster/sight.ts';
import { withoutNode } from '../../src/disaster/without-node.ts';
import type { DisasterName, DisasterOutlook } from '../../src/model/disaster.ts';
import { allNodes, lone, now, of, question, several } from '../drain/scenes.ts';
import { makeCluster } from '../run/scripted.ts';
import { nodeObject } from '../steps/values.ts';

const day = 24 * 3_600_000;
const backup: KeptBackup = {
  id: '2026-11-21-093012-1f3a',
  takenAt: now - 3_600_000,
  places: ['/srv/backup', 's3://bucket/paris'],
  verified: 'restore',
  failedHooks: 0,
  claims: { total: 0, notCovered: 0 },
  notCovered: [],
};
const selection = '--inventory prod.yaml --cluster paris';

const sight = (change: Partial<DisasterSight> = {}): DisasterSight => ({
  cluster: makeCluster('cp1', 'cp2', 'cp3', 'w1', 'w2', 'w3'),
  now,
  selection,
  seen: question({}).seen,
  backups: [backup],
  past: {},
  tried: {},
  everyMs: 90 * day,
  ...change,
});

const only = (disaster: DisasterName, change: Partial<DisasterSight> = {}): DisasterOutlook => {
  const [outlook, ...others] = outlooksOf(sight(change), [disaster]);
  expect(others).toEqual([]);
  if (outlook === undefined) throw new Error('no outlook');
  return outlook;
};

const lacks = ({ missing }: DisasterOutlook): readonly string[] =>
  missing.map(({ grave, what }) => `${grave ? 'grave' : 'lesser'}: ${what}`);
const types = ({ steps }: DisasterOutlook): readonly string[] => steps.map(({ type }) => type);

const tied = (claim: string, node: string) => ({
  name: `pv-${claim}`,
  namespace: 'shop',
  claim,
  reachableFrom: [{ labels: [], fields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] }],
});

describe('a cluster without one of its nodes', () => {
  it('starts what has a controller elsewhere, and says what it loses', () => {
    const pods = [
      ...several(2, 'web', 'w1'),
      of('tool', 'w1', { name: 'tool' }),
      of('db', 'w1', { name: 'db-0', owner: { kind: 'StatefulSet', name: 'db' } }),
      of('logs', 'w1', { name: 'logs', owner: { kind: 'DaemonSet', name: 'logs' } }),
      of('api', 'w2', { name: 'elsewhere' }),
    ].map((pod) => (pod.name === 'tool-w1-tool' || pod.name === 'tool' ? lone(pod) : pod));
    const lost = withoutNode(question({ pods }).seen, 'w1');
    expect(lost).toMatchObject({ node: 'w1', pods: 3, homeless: [] });
    expect(lost.lone).toHaveLength(1);
    expect(lost.stateful).toHaveLength(1);
  });

  it('names pods that no other node takes, and why', () => {
    const pods = several(2, 'big', 'w1', { requests: { cpu: 1000 } });
    const { homeless } = withoutNode(question({ pods }).seen, 'w1');
    expect(homeless).toHaveLength(2);
    expect(homeless[0]?.why).toMatch(/w2, w3: too little cpu left/);
  });

  it('does not count pods that found no node before', () => {
    const { node: _node, ...pending } = of('wide', 'w2', { requests: { cpu: 1000 } });
    expect(withoutNode(question({ pods: [pending] }).seen, 'w1')).toMatchObject({ pods: 0, homeless: [] });
  });

  it('names claims whose volume lies on its disks, and no others', () => {
    const volumes = [tied('data', 'w1'), tied('logs', 'w2'), { name: 'nfs', namespace: 'shop', claim: 'shared' }];
    const { seen } = question({ seen: { volumes } });
    expect(withoutNode(seen, 'w1').claims).toEqual(['shop/data']);
  });
});

describe('a worker lost', () => {
  it('is replaced, and nothing of the cluster is lost', () => {
    const outlook = only('worker-lost');
    expect(types(outlook)).toEqual([
      `nodeops diagnose w1 ${selection}`,
      `nodeops node remove w1 --gone ${selection}`,
      `nodeops node replace w1 ${selection}`,
      `nodeops verify ${selection}`,
    ]);
    expect(outlook).toMatchObject({ missing: [], loss: { ms: 0 }, overdue: true });
  });

  it('lacks what cannot be made good: pods that nothing starts, claims in no backup', () => {
    const volumes = [tied('data', 'w1'), tied('saved', 'w1')];
    const seen = question({ pods: [lone(of('tool', 'w1'))], seen: { volumes } }).seen;
    const outlook = only('worker-lost', { seen, backups: [{ ...backup, notCovered: ['shop/data'] }] });
    expect(lacks(outlook)).toEqual([
      'grave: nothing starts default/tool-w1-1 again',
      'grave: on the disks of w1, and in no backup: shop/data',
    ]);
  });

  it('takes as long as runs of this machine took, otherwise as on the lab, and says which', () => {
    const past = { 'node-forget': { ms: 10_000, runs: 2 }, 'node-add': { ms: 20_000, runs: 1 } };
    expect(only('worker-lost', { past }).recovery).toEqual({
      ms: 30_000,
      how: 'as runs of this machine took (2 and 1); with a bare machine at hand',
    });
    expect(only('worker-lost').recovery.how).toMatch(/^as on a small cluster of the lab/);
  });
});

describe('a control plane lost', () => {
  it('of three is replaced without a backup', () => {
    const outlook = only('control-plane-lost', { backups: [] });
    expect(types(outlook)).toContain(`nodeops node replace cp1 ${selection}`);
    expect(outlook).toMatchObject({ missing: [], loss: { ms: 0 } });
  });

  it.each([
    ['its host', '10.0.0.1'],
    ['its name', 'cp1'],
  ])('takes the API along where everything asks for it at %s', (_what, host) => {
    const cluster = makeCluster('cp1', 'cp2', 'cp3');
    const [first, ...others] = cluster.nodes;
    if (first === undefined) throw new Error('no node');
    const nodes = [{ ...first, ssh: { ...first.ssh, host: '10.0.0.1' } }, ...others];
    const outlook = only('control-plane-lost', { cluster: { ...cluster, nodes }, endpoint: `${host}:6443` });
    expect(lacks(outlook)).toEqual([expect.stringContaining(`${host}:6443, which is cp1 itself`)]);
    expect(lacks(only('control-plane-lost', { endpoint: 'api.example.com:6443' }))).toEqual([]);
  });

  it('of two needs a restore, since the other one has no quorum', () => {
    const outlook = only('control-plane-lost', { cluster: makeCluster('cp1', 'cp2', 'w1') });
    expect(types(outlook)).toEqual([
      'take cp1 out of the inventory',
      `nodeops restore last ${selection}`,
      `nodeops node add cp1 ${selection}`,
    ]);
    expect(outlook.loss).toEqual({ ms: 3_600_000, how: `what was written since the backup ${backup.id}` });
  });

  it('of one needs a backup, and other machines', () => {
    const outlook = only('control-plane-lost', { cluster: makeCluster('cp1', 'w1'), backups: [] });
    expect(types(outlook)[1]).toBe('nodeops restore last --onto recovery.yaml --cluster paris');
    expect(lacks(outlook)).toEqual(['lesser: cp1 is the only control plane', 'grave: there is no whole backup']);
    expect(outlook.loss.how).toBe('everything: there is no backup');
  });
});

describe('etcd corrupted', () => {
  it('is restored from the newest backup', () => {
    const older = { ...backup, id: 'older', takenAt: now - day };
    const outlook = only('etcd-corrupted', { backups: [backup, older] });
    expect(types(outlook)).toContain(`nodeops restore ${backup.id} ${selection}`);
    expect(outlook.missing).toEqual([]);
  });

  it.each<[string, Partial<KeptBackup>, string]>([
    [
      'read, and never restored',
      { verified: 'checksums' },
      'lesser: the backup 2026-11-21-093012-1f3a was verified, but never restored for a test',
    ],
    [
      'in one place',
      { places: ['/srv/backup'] },
      'lesser: the backup 2026-11-21-093012-1f3a lies in one place only: /srv/backup',
    ],
    [
      'too old',
      { takenAt: now - 8 * day },
      'grave: the newest backup, 2026-11-21-093012-1f3a, is older than it may be',
    ],
  ])('lacks a backup that is not %s', (_what, change, expected) => {
    expect(lacks(only('etcd-corrupted', { backups: [{ ...backup, ...change }] }))).toEqual([expected]);
  });

  it('lacks a backup that somebody looked at', () => {
    const { verified: _how, ...unverified } = backup;
    expect(lacks(only('etcd-corrupted', { backups: [unverified] }))).toEqual([
      'lesser: the backup 2026-11-21-093012-1f3a was never verified',
    ]);
  });

  it('on hosts of its own is not restored by nodeops', () => {
    const { nodes, ...cluster } = makeCluster('cp1', 'w1', 'e1');
    const outlook = only('etcd-corrupted', {
      cluster: {
        ...cluster,
        nodes: nodes.filter(({ name }) => name !== 'e1'),
        etcdHosts: nodes.filter(({ name }) => name === 'e1').map((node) => ({ ...node, role: 'etcd' as const })),
      },
    });
    expect(lacks(outlook)[0]).toMatch(/^grave: etcd runs on hosts of its own/);
  });
});

describe('volumes lost', () => {
  const { seen } = question({ seen: { volumes: [tied('data', 'w1'), tied('logs', 'w2')] } });

  it('are nothing where there are none', () => {
    expect(only('volumes-lost')).toMatchObject({ steps: [], missing: [], loss: { ms: 0 } });
  });

  it('lack what no hook saves', () => {
    expect(lacks(only('volumes-lost', { seen, backups: [] }))).toEqual(['grave: in no backup: shop/data, shop/logs']);
    expect(lacks(only('volumes-lost', { seen, backups: [{ ...backup, notCovered: ['shop/logs'] }] }))).toEqual([
      'grave: in no backup: shop/logs',
    ]);
  });

  it('are counted where another machine made the backup, and failed hooks are told', () => {
    const { notCovered: _names, ...foreign } = backup;
    const counted = { ...foreign, claims: { total: 2, notCovered: 1 }, failedHooks: 1 };
    expect(lacks(only('volumes-lost', { seen, backups: [counted] }))).toEqual([
      `grave: 1 of the hooks failed in the backup ${backup.id}`,
      'grave: 1 of 2 claims are in no backup',
    ]);
  });

  it('is not known where no API server told', () => {
    const { seen: _seen, ...blind } = sight();
    const [outlook] = outlooksOf(blind, ['volumes-lost']);
    expect(outlook?.impact).toEqual(['which volumes there are was not told']);
    expect(outlook?.steps).not.toEqual([]);
  });
});

describe('when it was tried', () => {
  it.each([
    [89 * day, false],
    [91 * day, true],
  ])('%d ms ago', (ago, overdue) => {
    const tried = { at: now - ago, recoveryMs: 60_000, lost: 'nothing' };
    expect(only('etcd-corrupted', { tried: { 'etcd-corrupted': tried } })).toMatchObject({ tried, overdue });
    expect(only('worker-lost', { tried: { 'etcd-corrupted': tried } }).overdue).toBe(true);
  });
});

it('every node is looked at', () => {
  const cluster = makeCluster('cp1', 'w1', 'w2');
  const seen = question({
    nodes: [...allNodes, nodeObject('w4')],
    pods: [...several(1, 'a', 'w1'), ...several(3, 'b', 'w2')],
  }).seen;
  const { impact } = only('worker-lost', { cluster, seen });
  expect(impact.slice(1)).toEqual(['w1: 1 pod has to be started elsewhere', 'w2: 3 pods have to be started elsewhere']);
});
