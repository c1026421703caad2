import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeObject, roomOf, workload } from '../steps/values.ts';
import type { DisruptionBudget } from '../../src/facts/disruption-budgets.ts';
import type { MovablePod } from '../../src/facts/movable-pods.ts';
import {
  allNodes,
  budgetOf,
  findingsOf,
  lone,
  now,
  of,
  predicted,
  several,
  short,
  unbound,
  type Change,
} from './scenes.ts';

const two = [nodeObject('w1'), nodeObject('w2')];
const zone = (name: string, value: string) => roomOf(name, { labels: { 'kubernetes.io/hostname': name, zone: value } });
const apart = {
  antiAffinity: [
    { topologyKey: 'kubernetes.io/hostname', selector: [{ key: 'app', operator: 'In' as const, values: ['web'] }] },
  ],
};

const { minAvailable: _minAvailable, ...uncounted } = budgetOf('web', 1, 1);
const noneMayGo: DisruptionBudget = { ...uncounted, maxUnavailable: '0' };

/** As the API has a node that a run cordoned: the controller adds the taint. */
const cordonedByUs = {
  unschedulable: true,
  cordonedBy: 'r0',
  taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
};

/** A pod of one of 3,000 applications in 60 namespaces. */
const crowdPod = (node: string, index: number): MovablePod => {
  const number = index % 3000;
  const app = `app-${number}`;
  const selector = [{ key: 'app', operator: 'In' as const, values: [app] }];
  const spread = {
    topologyKey: 'kubernetes.io/hostname',
    maxSkew: 2,
    selector,
    sameLabels: [],
    honorsAffinity: true,
    honorsTaints: false,
  };
  const requests = { cpu: 0.04, memory: 1e6 };
  const namespace = `ns-${number % 60}`;
  return of(app, node, { namespace, name: `p-${index}`, requests, spread: index % 10 === 0 ? [spread] : [] });
};

/** What was really seen on the lab is compared in test/cluster/drain-prediction.test.ts; here is what it cannot make. */
const cases: readonly (readonly [string, Change, readonly string[]])[] = [
  [
    'one after the other, the first being back in time',
    { pods: [of('web', 'w1', apart), of('web', 'w2', apart)], drained: ['w1', 'w2'] },
    [],
  ],
  [
    'one after the other, and none comes back',
    { pods: [of('web', 'w1', apart), of('web', 'w2', apart)], drained: ['w1', 'w2'], out: 'for-good' },
    ['w2 warn outage'],
  ],
  ['nothing on it', {}, []],
  ['one of two replicas', { pods: [of('web', 'w1'), of('web', 'w2')] }, []],
  [
    'a static pod and a DaemonSet’s',
    { pods: [of('a', 'w1', { mirror: true }), of('b', 'w1', { owner: { kind: 'DaemonSet', name: 'b' } })] },
    [],
  ],
  ['on another node', { pods: several(3, 'web', 'w2'), budgets: [budgetOf('web', 3, 3)] }, []],
  ['one replica', { pods: [of('web', 'w1')] }, ['w1 warn outage']],
  ['all of them here', { pods: several(3, 'web', 'w1') }, ['w1 warn outage']],
  ['all of them here, and a budget', { pods: several(3, 'web', 'w1'), budgets: [budgetOf('web', 1, 3)] }, []],
  [
    'no controller',
    {
      pods: [of('web', 'w1'), of('web', 'w2'), lone(of('x', 'w1'))],
    },
    ['w1 block lone'],
  ],
  ['local data', { pods: [of('web', 'w1', { emptyDirs: ['cache'] }), of('web', 'w2')] }, ['w1 block local-data']],
  [
    'local data that may go',
    { pods: [of('web', 'w1', { emptyDirs: ['cache'] }), of('web', 'w2')], settings: { deleteEmptyDirData: true } },
    [],
  ],
  [
    'a budget that is never met',
    { pods: [of('web', 'w1'), of('web', 'w2')], budgets: [budgetOf('web', 2, 2)] },
    ['w1 block never-allowed'],
  ],
  [
    'a StatefulSet whose second pod is being made again: no more than a moment',
    {
      pods: [of('db', 'w1', { owner: { kind: 'StatefulSet', name: 'db' }, labels: { app: 'db' } })],
      budgets: [budgetOf('db', 1, 1)],
      seen: { workloads: [workload('StatefulSet', 'db', 'x', { namespace: 'default', desired: 2 })] },
    },
    ['w1 warn stays-refused'],
  ],
  [
    'two budgets',
    {
      pods: [of('web', 'w1'), of('web', 'w2')],
      budgets: [budgetOf('web', 1, 2), budgetOf('web', 1, 2, { name: 'more' })],
    },
    ['w1 block two-budgets'],
  ],
  [
    'two budgets on a pod that is pending: the API lets it go',
    {
      pods: [of('web', 'w1', { phase: 'Pending', ready: false }), of('web', 'w2')],
      budgets: [budgetOf('web', 1, 2), budgetOf('web', 1, 2, { name: 'more' })],
    },
    [],
  ],
  [
    'a budget used up by a pod that another drained node freed: it comes back with that node',
    {
      nodes: [nodeObject('w1', cordonedByUs), nodeObject('w2')],
      pods: [
        unbound(of('web', 'w1', { phase: 'Pending', ready: false, name: 'waits', ...apart })),
        of('web', 'w2', apart),
      ],
      budgets: [budgetOf('web', 1, 2, { disruptionsAllowed: 0, currentHealthy: 1 })],
      drained: ['w1', 'w2'],
    },
    ['w2 warn homeless'],
  ],
  [
    'the same of a node whose kubelet does not run until it is upgraded',
    {
      nodes: [
        nodeObject('w1', {
          ...cordonedByUs,
          ready: 'Unknown',
          taints: [...cordonedByUs.taints, { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }],
        }),
        nodeObject('w2'),
      ],
      pods: [unbound(of('web', 'w1', { phase: 'Pending', ready: false, name: 'waits' })), of('web', 'w2')],
      budgets: [budgetOf('web', 1, 2, { disruptionsAllowed: 0, currentHealthy: 1 })],
      drained: ['w1', 'w2'],
    },
    [],
  ],
  [
    'the same where it has only to be uncordoned',
    {
      nodes: [nodeObject('w1', cordonedByUs), nodeObject('w2')],
      pods: [unbound(of('web', 'w1', { phase: 'Pending', ready: false, name: 'waits' })), of('web', 'w2')],
      budgets: [budgetOf('web', 1, 2, { disruptionsAllowed: 0, currentHealthy: 1 })],
      drained: ['w2'],
      returning: ['w1'],
    },
    [],
  ],
  [
    'a pod of the budget that crashes for good',
    {
      pods: [of('web', 'w1'), of('web', 'w2', { ready: false, waiting: ['CrashLoopBackOff'] })],
      budgets: [budgetOf('web', 1, 2, { disruptionsAllowed: 0 })],
    },
    ['w1 block stays-refused'],
  ],
  [
    'one that is not ready since a moment ago',
    {
      pods: [of('web', 'w1'), of('web', 'w2', { ready: false, unreadySince: now - 5000 })],
      budgets: [budgetOf('web', 1, 2, { disruptionsAllowed: 0 })],
    },
    ['w1 warn stays-refused'],
  ],
  [
    'one that is not ready since an hour',
    {
      pods: [of('web', 'w1'), of('web', 'w2', { ready: false, unreadySince: now - 3_600_000 })],
      budgets: [budgetOf('web', 1, 2, { disruptionsAllowed: 0 })],
    },
    ['w1 block stays-refused'],
  ],
  [
    'no room elsewhere, whoever is where',
    {
      nodes: two,
      pods: [
        ...several(2, 'web', 'w1', { requests: { cpu: 0.8 } }),
        of('other', 'w2', { requests: { cpu: 1.5 } }),
        of('other', 'w2', { name: 'o2' }),
      ],
      budgets: [budgetOf('web', 1, 2)],
    },
    ['w1 block stays-refused', 'w1 warn homeless'],
  ],
  [
    'no room elsewhere only if pods went there that may go elsewhere: a warning',
    {
      // w3 goes first; its big pod may come to w1 or w2, and then there is no room on w2 for the second drain.
      nodes: [nodeObject('w1'), nodeObject('w2'), nodeObject('w3')],
      pods: [
        of('big', 'w3', { requests: { cpu: 1.2 } }),
        of('big', 'w1', { name: 'big-0', requests: { cpu: 0 } }),
        ...several(2, 'web', 'w1', {
          requests: { cpu: 0.9 },
          nodeAffinity: [
            { labels: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['w1', 'w2'] }], fields: [] },
          ],
        }),
      ],
      budgets: [budgetOf('web', 1, 2)],
      seen: { rooms: [roomOf('w1', { allocatable: { cpu: 4, pods: 110 } }), roomOf('w2'), roomOf('w3')] },
      drained: ['w3', 'w1'],
    },
    ['w1 warn stays-refused', 'w1 warn homeless'],
  ],
  [
    'a taint that only the others have',
    {
      nodes: [nodeObject('w1'), nodeObject('w2', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] })],
      pods: [of('web', 'w1')],
    },
    ['w1 warn outage'],
  ],
  [
    'the taint, tolerated',
    {
      nodes: [nodeObject('w1'), nodeObject('w2', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] })],
      pods: [of('web', 'w1', { tolerations: [{ key: 'gpu', value: 'yes' }] }), of('web', 'w2')],
    },
    [],
  ],
  [
    'a port of the host that is taken elsewhere',
    { nodes: two, pods: [of('web', 'w1', { hostPorts: [80] }), of('web', 'w2', { hostPorts: [80] })] },
    ['w1 warn homeless'],
  ],
  [
    'anti-affinity of the others',
    {
      nodes: two,
      pods: [
        of('web', 'w1'),
        of('web', 'w1', { name: 'web-2' }),
        of('shy', 'w2', {
          antiAffinity: [
            { topologyKey: 'kubernetes.io/hostname', selector: [{ key: 'app', operator: 'Exists', values: [] }] },
          ],
        }),
      ],
      budgets: [budgetOf('web', 1, 2)],
    },
    ['w1 block stays-refused', 'w1 warn homeless'],
  ],
  [
    'affinity to a zone without its pod',
    {
      nodes: [nodeObject('w1'), nodeObject('w2'), nodeObject('w3')],
      pods: [
        of('web', 'w1', {
          affinity: [{ topologyKey: 'zone', selector: [{ key: 'app', operator: 'In', values: ['db'] }] }],
        }),
        of('db', 'w1'),
        of('db', 'w1', { name: 'db-2' }),
        of('web', 'w1', { name: 'web-2' }),
      ],
      budgets: [budgetOf('db', 1, 2)],
      seen: { rooms: [zone('w1', 'a'), zone('w2', 'b'), zone('w3', 'b')] },
    },
    ['w1 warn outage'],
  ],
  [
    'a volume in another zone',
    {
      nodes: two,
      pods: [of('db', 'w1', { owner: { kind: 'StatefulSet', name: 'db' }, claims: ['data'] })],
      seen: {
        rooms: [zone('w1', 'a'), zone('w2', 'b')],
        volumes: [
          {
            name: 'v',
            namespace: 'default',
            claim: 'data',
            reachableFrom: [{ labels: [{ key: 'zone', operator: 'In', values: ['a'] }], fields: [] }],
          },
        ],
      },
    },
    ['w1 warn outage'],
  ],
  [
    'a pod that should be gone for long, with a finalizer',
    {
      pods: [
        of('web', 'w1', { deleting: true, endsBy: now - 120_000, finalizers: ['example.com/x'] }),
        of('web', 'w2'),
      ],
    },
    ['w1 block does-not-end'],
  ],
  [
    'a pod that should be gone for long, without',
    { pods: [of('web', 'w1', { deleting: true, endsBy: now - 120_000 }), of('web', 'w2')] },
    ['w1 warn does-not-end'],
  ],
  [
    'a pod that is on its way out',
    { pods: [of('web', 'w1', { deleting: true, endsBy: now + 20_000 }), of('web', 'w2')] },
    [],
  ],
  [
    'a finalizer of Kubernetes’ own',
    { pods: [of('web', 'w1', { finalizers: ['batch.kubernetes.io/job-tracking'] }), of('web', 'w2')] },
    [],
  ],
  [
    'more pods of one budget than kubectl can ask for in the time',
    { pods: [...several(20, 'web', 'w1'), of('web', 'w2')], budgets: [budgetOf('web', 20, 21)] },
    ['w1 block too-slow', 'w1 warn too-slow'],
  ],
  [
    'a webhook that refuses',
    { pods: [of('web', 'w1'), of('web', 'w2')], refused: [{ namespace: 'default', pod: 'web-w1-1', why: 'denied' }] },
    ['w1 block not-admitted'],
  ],
  [
    'a webhook that refuses dry runs',
    {
      pods: [of('web', 'w1'), of('web', 'w2')],
      refused: [{ namespace: 'default', pod: 'web-w1-1', why: 'admission webhook "x" does not support dry run' }],
    },
    ['w1 warn unseen'],
  ],
  [
    'one that tolerates the cordon, and may run elsewhere too',
    { pods: [of('web', 'w1', { tolerations: [{}] }), of('web', 'w2')] },
    ['w1 warn comes-back'],
  ],
  [
    'no other node',
    { nodes: [nodeObject('w1'), nodeObject('w2', { unschedulable: true })], pods: [of('web', 'w2')] },
    ['w1 block nowhere'],
  ],
  [
    'both nodes in turn: the second has both pods by then',
    { nodes: two, pods: [of('web', 'w1'), of('web', 'w2')], drained: ['w1', 'w2'] },
    ['w2 warn outage'],
  ],
];

describe('drains that are foreseen', () => {
  it.each(cases)('%s', (_what, change, expected) => expect(short(change)).toEqual(expected));

  it('says what is wrong, of whom, and what to type', () => {
    const [never] = findingsOf({ pods: [of('web', 'w1'), of('web', 'w2')], budgets: [budgetOf('web', 2, 2)] });
    expect(never).toEqual({
      level: 'block',
      kind: 'never-allowed',
      node: 'w1',
      pod: 'default/web-w1-1',
      budget: 'default/web',
      owner: 'deployment default/web',
      because: 'budget default/web never allows an eviction: minAvailable 2 of 2 pods',
      fix: `kubectl -n default patch poddisruptionbudget web --type=merge --patch='{"spec":{"minAvailable":1}}'`,
    });
  });

  it.each([
    ['one replica', [of('web', 'w1')], 'kubectl -n default scale deployment/web --replicas=2, where it may run twice'],
    [
      'several together',
      several(2, 'web', 'w1'),
      'spread it first: kubectl -n default rollout restart deployment/web; then keep one up: kubectl -n default create poddisruptionbudget web --selector=app=web --min-available=1',
    ],
    [
      'CoreDNS',
      several(2, 'coredns', 'w1').map((pod) => ({ ...pod, namespace: 'kube-system' })),
      'spread it first: kubectl -n kube-system rollout restart deployment/coredns',
    ],
  ])('advises what helps: %s', (_what, pods, fix) => expect(findingsOf({ pods })[0]?.fix).toBe(fix));

  it.each([
    ['one of one', budgetOf('web', 1, 1), 'kubectl -n default scale deployment/web --replicas=2'],
    [
      'none may',
      noneMayGo,
      `kubectl -n default patch poddisruptionbudget web --type=merge --patch='{"spec":{"maxUnavailable":1}}'`,
    ],
    [
      'more than there are',
      budgetOf('web', 3, 1),
      `kubectl -n default patch poddisruptionbudget web --type=merge --patch='{"spec":{"minAvailable":0}}'`,
    ],
  ])('a budget that is never met: %s', (_what, budget, fix) =>
    expect(findingsOf({ pods: [of('web', 'w1')], budgets: [budget] })[0]).toMatchObject({ kind: 'never-allowed', fix }),
  );
});

describe('nodes that are drained together', () => {
  const onlyHere = {
    nodeAffinity: [
      { labels: [{ key: 'kubernetes.io/hostname', operator: 'In' as const, values: ['w1', 'w2'] }], fields: [] },
    ],
  };
  const pair = (app: string) => [of(app, 'w1', onlyHere), of(app, 'w2', onlyHere)];

  it('wait for each other where each holds what the other waits for', () => {
    const change = {
      pods: [...pair('a'), ...pair('b')],
      budgets: [budgetOf('a', 1, 2), budgetOf('b', 1, 2)],
      drained: ['w1', 'w2'],
    };
    expect(short({ ...change, atOnce: 2 })).toContain('w2 warn wait-for-each-other');
    expect(findingsOf({ ...change, atOnce: 2 }).find(({ kind }) => kind === 'wait-for-each-other')?.fix).toContain(
      'maxUnavailable: 1',
    );
    expect(short(change).join()).not.toContain('refused');
  });

  it('the second waits until the first is back, which may be too late', () => {
    const change = { pods: pair('a'), budgets: [budgetOf('a', 1, 2)], drained: ['w1', 'w2'], atOnce: 2 };
    expect(short({ ...change, settings: { timeoutMs: 20_000 } })).toContain('w2 warn too-slow');
    expect(short({ ...change, settings: { timeoutMs: 600_000 } }).join()).not.toContain('too-slow');
  });
});

describe('how long a drain takes', () => {
  it('counts what must wait for what', () => {
    const change = { pods: several(3, 'web', 'w1'), budgets: [budgetOf('web', 2, 3)] };
    const [one] = predicted(change);
    // Three rounds: a replacement takes 4 s, and kubectl asks each 5 s.
    expect(one).toMatchObject({ node: 'w1', seconds: 13, atMostSeconds: 43 });
    expect(one?.restsOn).toContain('2 wait for replacements, each asked for every 5 s (default/web)');
  });

  it('is nothing where there is nothing, and no more than the time-out', () => {
    expect(predicted({})[0]).toMatchObject({ seconds: 0, atMostSeconds: 1 });
    expect(predicted({ pods: several(110, 'web', 'w1', { graceSeconds: 600 }) })[0]).toMatchObject({
      atMostSeconds: 60,
    });
  });
});

describe('any cluster', () => {
  const names = ['cp1', 'w1', 'w2', 'w3'];
  const somePod = fc.record({
    app: fc.constantFrom('a', 'b', 'c'),
    node: fc.option(fc.constantFrom(...names), { nil: undefined }),
    ready: fc.boolean(),
    phase: fc.constantFrom('Running', 'Pending', 'Succeeded'),
    deleting: fc.boolean(),
    kind: fc.constantFrom('ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Rollout'),
    cpu: fc.constantFrom(0, 0.3, 1.9),
    apart: fc.boolean(),
    everywhere: fc.boolean(),
  });
  const someBudget = fc.record({
    app: fc.constantFrom('a', 'b'),
    desired: fc.nat(3),
    expected: fc.nat(4),
    frees: fc.boolean(),
  });

  it('is played to its end, and each node is told of once', () => {
    fc.assert(
      fc.property(
        fc.array(somePod, { maxLength: 14 }),
        fc.array(someBudget, { maxLength: 3 }),
        fc.shuffledSubarray(names),
        fc.integer({ min: 1, max: 3 }),
        (some, budgets, drained, atOnce) => {
          const pods = some.map(({ app, node, kind, cpu, apart: shy, everywhere, ...rest }, index) => {
            const { node: _none, ...made } = of(app, 'w1', {
              ...rest,
              name: `${app}-${index}`,
              owner: { kind, name: `${app}-abc` },
              requests: { cpu },
              antiAffinity: shy
                ? [{ topologyKey: 'kubernetes.io/hostname', selector: [{ key: 'app', operator: 'In', values: [app] }] }]
                : [],
              tolerations: everywhere ? [{}] : [],
            });
            return node === undefined ? made : { ...made, node };
          });
          const guards = budgets.map(({ app, desired, expected, frees }, index) =>
            budgetOf(app, desired, expected, { name: `b${index}`, freesUnhealthy: frees }),
          );
          const all = predicted({ pods, budgets: guards, nodes: allNodes, drained, atOnce });
          expect(all.map(({ node }) => node)).toEqual(drained);
          for (const { seconds, atMostSeconds, findings } of all) {
            expect(seconds).toBeLessThanOrEqual(60);
            expect(atMostSeconds).toBeGreaterThanOrEqual(Math.min(seconds, 1));
            for (const { because, fix } of findings) expect([because, fix]).not.toContain('');
          }
        },
      ),
    );
  });

  it('of 500 nodes with 15,000 pods in 60 namespaces takes seconds', () => {
    const nodes = Array.from({ length: 500 }, (_, index) => nodeObject(`w${index}`));
    const pods = nodes.flatMap(({ name }, at) =>
      Array.from({ length: 30 }, (_, each) => crowdPod(name, at * 30 + each)),
    );
    const budgets = Array.from({ length: 1000 }, (_, index) =>
      budgetOf(`app-${index}`, 3, 5, { namespace: `ns-${index % 60}` }),
    );
    const all = predicted({ nodes, pods, budgets, drained: nodes.map(({ name }) => name), atOnce: 5 });
    expect(all).toHaveLength(500);
    // 3 s on two cores that do nothing else.
  }, 120_000);
});
