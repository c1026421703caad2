import { describe, expect, it } from 'vitest';
import { Coverage } from '../../../src/simulator/faults/coverage.ts';
import { describeFault, faultKinds, type Fault, type FaultKind } from '../../../src/simulator/faults/fault.ts';
import { finalizer } from '../../../src/simulator/faults/workload-kinds.ts';
import type { KubeObject } from '../../../src/simulator/world/world.ts';
import { layBench, now, type Bench } from './bench.ts';

interface Case {
  readonly kind: FaultKind;
  readonly where?: string;
  readonly choice?: number;
  /** What can be seen while it lasts, and after it has passed. */
  readonly sight: (bench: Bench) => unknown;
  readonly during: unknown;
  readonly after: unknown;
}

const cp2 = 'paris-cp2';
const w1 = 'paris-w1';
const member = ({ world }: Bench) => world.etcd.members.find(({ host }) => host === cp2);
const last = ({ pulled }: Bench) => pulled.at(-1);
const finalized = ({ world }: Bench) =>
  world.objects.list('Pod').filter(({ metadata }) => metadata.finalizers?.includes(finalizer) === true).length;
const refusedBy = ({ world }: Bench) =>
  world.objects
    .list('Pod', 'shop')
    .filter((pod: KubeObject & { spec?: { nodeName?: string } }) => pod.spec?.nodeName === w1)
    .flatMap((pod) => world.pods.evict(pod, { kind: 'cluster' }, { dryRun: true }).refusedBy)
    .includes('no-disruption');

const lasting: readonly Case[] = [
  { kind: 'node-reboot', where: w1, sight: ({ host }) => host(w1).power, during: 'down', after: 'up' },
  { kind: 'node-down', where: w1, sight: last, during: 'paris-w1 off', after: 'paris-w1 on' },
  {
    kind: 'kubelet-not-coming-back',
    where: w1,
    sight: ({ host }) => host(w1).faults.kubeletWillNotStart,
    during: true,
    after: false,
  },
  {
    kind: 'image-pull-failing',
    where: cp2,
    sight: ({ host }) => host(cp2).faults.registry,
    during: 'down',
    after: 'ok',
  },
  { kind: 'apt-lock-held', where: w1, sight: ({ host }) => host(w1).fileLocks.size, during: 3, after: 0 },
  { kind: 'repository-down', where: w1, sight: ({ host }) => host(w1).faults.repository, during: 'down', after: 'ok' },
  {
    kind: 'download-corrupted',
    where: w1,
    sight: ({ host }) => host(w1).faults.repository,
    during: 'corrupt',
    after: 'ok',
  },
  {
    kind: 'disk-full',
    where: w1,
    sight: ({ host }) => host(w1).disk.bytes - host(w1).disk.foreignBytes > 0,
    during: false,
    after: true,
  },
  { kind: 'clock-jump', where: w1, choice: 3, sight: ({ host }) => host(w1).clockOffsetMs, during: -60_000, after: 0 },
  { kind: 'sudo-asks', where: w1, sight: ({ host }) => host(w1).sudo, during: 'asks', after: 'free' },
  {
    kind: 'etcd-member-down',
    where: cp2,
    sight: last,
    during: 'etcd of paris-cp2 stopped',
    after: 'etcd of paris-cp2 running',
  },
  { kind: 'etcd-lagging', where: cp2, sight: (bench) => member(bench)?.lag, during: 50_000, after: 0 },
  { kind: 'etcd-learner', where: cp2, sight: (bench) => member(bench)?.learner, during: true, after: false },
  {
    kind: 'etcd-alarm',
    where: cp2,
    choice: 1,
    sight: (bench) => member(bench)?.alarm,
    during: 'CORRUPT',
    after: undefined,
  },
  {
    kind: 'api-refusing',
    where: cp2,
    sight: last,
    during: 'kube-apiserver of paris-cp2 stopped',
    after: 'kube-apiserver of paris-cp2 running',
  },
  {
    kind: 'api-flapping',
    where: cp2,
    sight: ({ pulled }) => pulled[0],
    during: 'kube-apiserver of paris-cp2 stopped',
    after: 'kube-apiserver of paris-cp2 stopped',
  },
  { kind: 'budget-blocks', where: w1, sight: refusedBy, during: true, after: false },
  { kind: 'pod-does-not-terminate', where: w1, sight: finalized, during: 1, after: 0 },
  { kind: 'frozen-peer', where: w1, sight: last, during: 'paris-w1 frozen', after: 'paris-w1 thawed' },
  { kind: 'slow-peer', where: w1, sight: ({ links }) => links.get(w1)?.oneWayMs, during: 1500, after: 5 },
];

const api = '--kubeconfig=/etc/kubernetes/admin.conf --server=https://172.31.0.11:6443';
const momentary: readonly Case[] = [
  { kind: 'program-killed', sight: last, during: 'killed', after: 'killed' },
  { kind: 'program-paused', sight: last, during: 'paused 300000', after: 'paused 300000' },
  { kind: 'second-operator', sight: last, during: 'second', after: 'second' },
  ...(['cordon', 'uncordon'] as const).map((verb): Case => {
    const typed = `person on paris-cp1: kubectl ${api} ${verb} paris-w1`;
    return { kind: `person-${verb}s`, where: w1, sight: last, during: typed, after: typed };
  }),
  {
    kind: 'person-upgrades-by-hand',
    where: w1,
    sight: ({ pulled }) => pulled.at(-1)?.includes('kubeadm=1.36.3-1.1; apt-mark hold kubeadm'),
    during: true,
    after: true,
  },
];

/** Tried in tests of their own. */
const elsewhere: readonly FaultKind[] = [
  'connection-lost-before',
  'connection-lost-during',
  'connection-lost-after',
  'dpkg-interrupted',
  'unit-killed',
];

it('every kind is tried', () => {
  expect(
    [...lasting, ...momentary]
      .map(({ kind }) => kind)
      .concat(elsewhere)
      .toSorted(),
  ).toEqual([...faultKinds].toSorted());
});

describe.each([...lasting, ...momentary])('$kind', ({ kind, where, choice, sight, during, after }) => {
  const place = { ...(where === undefined ? {} : { where }), ...(choice === undefined ? {} : { choice }) };

  it('has its effect, and it passes', () => {
    const bench = layBench(now(kind, { ...place, lastsMs: 20_000 }));
    bench.pass(8000);
    expect(sight(bench)).toEqual(during);
    expect(bench.injector.struck.map(({ fault, step }) => [fault.kind, step])).toEqual([[kind, 'the-step']]);
    bench.pass(20_000);
    expect(sight(bench)).toEqual(after);
    expect(bench.injector.pending).toBe(0);
    expect(bench.injector.struck.filter(({ active }) => active)).toEqual([]);
  });
});

describe('a fault for good', () => {
  it('outlasts everything, the settling too', () => {
    const bench = layBench(
      now('node-down', { where: w1, permanent: true }),
      now('sudo-asks', { where: w1, lastsMs: 1e9 }),
    );
    bench.pass(3_600_000);
    expect(bench.injector.lastingOn(w1)).toEqual(['node-down', 'sudo-asks']);
    bench.injector.settle();
    expect(bench.injector.lastingOn(w1)).toEqual(['node-down']);
    expect(bench.host(w1).sudo).toBe('free');
    expect(bench.injector.pending).toBe(0);
  });

  it('a member that something starts again ends again', () => {
    const bench = layBench(now('etcd-member-down', { where: cp2, permanent: true }));
    bench.pass(10);
    const etcd = bench.host(cp2).components.get('etcd');
    if (etcd !== undefined) etcd.state = 'running';
    bench.world.emit({
      type: 'component-ready',
      host: cp2,
      component: 'etcd',
      version: '3.6.6',
      actor: { kind: 'cluster' },
    });
    bench.pass(1000);
    expect(etcd?.state).toBe('stopped');
  });
});

const at = (moment: Fault['moment'], when: Fault['when']): Fault => ({
  kind: 'sudo-asks',
  where: w1,
  when,
  moment,
  delayMs: 500,
});
const come = ({ injector }: Bench) => injector.struck.map(({ moment }) => moment);

describe('when', () => {
  it.each([
    ['before', ['before'], ['before'], ['before']],
    ['during', [], ['during'], ['during']],
    ['after', [], [], ['after']],
  ] as const)('%s the second command', (moment, sent, underWay, answered) => {
    const bench = layBench(at(moment, { command: 2 }));
    bench.injector.commandEnded(bench.injector.commandSent(w1).number);
    expect(come(bench)).toEqual([]);
    const { number } = bench.injector.commandSent(w1);
    expect(come(bench)).toEqual(sent);
    bench.pass(600);
    expect(come(bench)).toEqual(underWay);
    bench.injector.commandEnded(number);
    expect(come(bench)).toEqual(answered);
  });

  it('during a command that was too short is after it', () => {
    const bench = layBench(at('during', { command: 1 }));
    bench.injector.commandEnded(bench.injector.commandSent(w1).number);
    bench.pass(600);
    expect(come(bench)).toEqual(['after']);
  });

  it.each([
    ['before', 1, 1],
    ['after', 0, 1],
  ] as const)('%s the second journal entry', (moment, early, late) => {
    const bench = layBench({ kind: 'program-killed', when: { journal: 2 }, moment });
    bench.injector.journal('before');
    bench.injector.journal('after');
    expect(bench.pulled).toEqual([]);
    bench.injector.journal('before');
    expect(bench.pulled.length).toBe(early);
    bench.injector.journal('after');
    expect(bench.pulled.length).toBe(late);
  });

  it('without a host it befalls the node of its command', () => {
    const bench = layBench({ kind: 'sudo-asks', when: { command: 1 }, moment: 'before' });
    bench.injector.commandSent(cp2);
    expect(bench.host(cp2).sudo).toBe('asks');
  });
});

const lost = (kind: FaultKind): Fault => ({ kind, when: { command: 2 }, moment: 'after', delayMs: 70 });

describe('connections', () => {
  it.each([
    ['connection-lost-before', { lose: 'before' }],
    ['connection-lost-during', { lose: 'during', afterMs: 70 }],
    ['connection-lost-after', { lose: 'after' }],
  ] as const)('%s', (kind, fate) => {
    const bench = layBench(lost(kind));
    const fates = [1, 2, 3].map(() => bench.injector.commandSent(w1).fate);
    expect(fates).toEqual([undefined, fate, undefined]);
    expect(bench.injector.struck.map(({ host, moment, active }) => ({ host, moment, active }))).toEqual([
      { host: w1, moment: fate.lose, active: false },
    ]);
  });

  it('each command has one fate: the other waits for the next', () => {
    const bench = layBench(lost('connection-lost-before'), lost('connection-lost-after'));
    const fates = [1, 2, 3].map(() => bench.injector.commandSent(w1).fate?.lose);
    expect(fates).toEqual([undefined, 'before', 'after']);
  });
});

describe('units', () => {
  it('is killed in its middle, once', () => {
    const bench = layBench(now('unit-killed', { where: w1, delayMs: 3000 }));
    bench.pass(100);
    expect(bench.injector.struck).toEqual([]);
    const elsewhereUnit = bench.unit('paris-w2');
    const first = bench.unit(w1);
    bench.pass(2900);
    expect(first.killed).toEqual([]);
    bench.pass(200);
    const next = bench.unit(w1, 'nodeops-r1-upgrade-node-2');
    bench.pass(10_000);
    expect([elsewhereUnit.killed, first.killed, next.killed]).toEqual([[], ['KILL'], []]);
    expect(bench.injector.struck.map(({ moment }) => moment)).toEqual(['during']);
  });

  it('is killed soon after it wrote so much of its output, whenever that is', () => {
    const bench = layBench(now('unit-killed', { where: w1, delayMs: 60_099, choice: 5 }));
    bench.pass(10);
    const write = (unit: string): void => {
      const path = `/var/lib/nodeops/${unit.replace('nodeops-r1-', 'r1/')}/output`;
      bench.world.emit({ type: 'file-changed', host: w1, path, actor: { kind: 'nodeops', program: 1 } });
      bench.pass(60_000);
    };
    const [short, long] = ['nodeops-r1-upgrade-node-1', 'nodeops-r1-upgrade-node-2'];
    const [first, next] = [bench.unit(w1, `${short}.service`), bench.unit(w1, `${long}.service`)];
    for (const unit of [short, short, long, long]) write(unit);
    expect([first.killed, next.killed]).toEqual([[], []]);
    for (const unit of [long, short]) write(unit);
    expect([first.killed, next.killed]).toEqual([[], ['KILL']]);
  });

  it.each([
    [0, 'half-installed'],
    [1, 'unpacked'],
    [2, 'half-configured'],
  ] as const)('dpkg, choice %i: in %s', (choice, phase) => {
    const bench = layBench(now('dpkg-interrupted', { where: w1, choice }));
    bench.pass(100);
    const told = bench.unit(w1);
    bench.world.emit({
      type: 'hold-changed',
      host: w1,
      name: 'kubelet',
      held: false,
      actor: { kind: 'nodeops', program: 1 },
    });
    const kubelet = bench.host(w1).packages.get('kubelet');
    const seen: string[] = [];
    for (const status of ['half-installed', 'unpacked', 'half-configured', 'installed'] as const) {
      if (kubelet !== undefined) kubelet.status = status;
      bench.pass(200);
      if (told.killed.length > 0 && seen.length === 0) seen.push(status);
    }
    expect(seen).toEqual([phase]);
    expect(told.killed).toEqual(['KILL']);
  });

  it('an install, choice 3: once all is configured, and not held again', () => {
    const bench = layBench(now('dpkg-interrupted', { where: w1, choice: 3 }));
    bench.pass(100);
    const told = bench.unit(w1);
    const on = { host: w1, name: 'kubelet', actor: { kind: 'nodeops', program: 1 } } as const;
    const kubelet = bench.host(w1).packages.get('kubelet');
    if (kubelet === undefined) throw new RangeError('no kubelet');
    kubelet.held = false;
    bench.world.emit({ type: 'hold-changed', held: false, ...on });
    bench.pass(1000);
    kubelet.status = 'unpacked';
    bench.world.emit({ type: 'package-changed', from: '1.35.4-1.1', to: '1.36.3-1.1', ...on });
    bench.pass(1000);
    expect(told.killed).toEqual([]);
    kubelet.status = 'installed';
    bench.pass(100);
    expect(told.killed).toEqual(['KILL']);
  });
});

it('an API server that flaps goes more than once, and no more once that has passed', () => {
  const bench = layBench(now('api-flapping', { where: cp2, lastsMs: 60_000 }));
  bench.pass(60_100);
  const stops = bench.pulled.filter((what) => what.endsWith('stopped')).length;
  expect(stops).toBeGreaterThan(1);
  bench.pass(60_000);
  expect(bench.pulled.filter((what) => what.endsWith('stopped')).length).toBe(stops);
});

it('somebody’s apt waits for the lock that is taken', () => {
  const bench = layBench(now('apt-lock-held', { where: w1, lastsMs: 60_000 }));
  const { fileLocks } = bench.host(w1);
  fileLocks.set('/var/lib/dpkg/lock', { pid: 5, line: 'dpkg' });
  bench.pass(5000);
  expect(bench.injector.struck).toEqual([]);
  fileLocks.clear();
  bench.pass(1000);
  expect(bench.injector.struck.length).toBe(1);
});

it('a fault that waits for its moment counts until it had it, or is no longer wanted', () => {
  const bench = layBench(now('unit-killed', { where: w1, delayMs: 100 }));
  bench.pass(10);
  expect(bench.injector.pending).toBe(1);
  const told = bench.unit(w1);
  bench.injector.settle();
  bench.pass(1000);
  expect([bench.injector.pending, told.killed]).toEqual([0, []]);
});

it('what was tried is counted, and tables are joined', () => {
  const fault = now('sudo-asks');
  const [one, two] = [new Coverage(), new Coverage()];
  one.add({ fault, step: 'a', moment: 'before' });
  one.add({ fault, step: 'a', moment: 'before' });
  two.add({ fault, step: 'b', moment: 'after' });
  two.merge(one.rows());
  expect(two.rows()).toEqual([
    { kind: 'sudo-asks', step: 'a', moment: 'before', count: 2 },
    { kind: 'sudo-asks', step: 'b', moment: 'after', count: 1 },
  ]);
  expect([...two.kinds()]).toEqual([['sudo-asks', 3]]);
});

it.each([
  [now('etcd-alarm', { where: cp2, permanent: true }), 'etcd-alarm of paris-cp2, at 0 ms, for good'],
  [{ kind: 'program-killed', when: { journal: 7 }, moment: 'after' }, 'program-killed, after journal 7'],
  [
    { kind: 'sudo-asks', where: w1, when: { command: 9 }, moment: 'during', lastsMs: 5 },
    'sudo-asks of paris-w1, during command 9, for 5 ms',
  ],
] satisfies [Fault, string][])('is told in a line: %#', (fault, text) => expect(describeFault(fault)).toBe(text));
