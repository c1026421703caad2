import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { Baseline } from '../../src/run/baseline.ts';
import type { Answer } from '../run/scripted.ts';
import { podLine } from '../run/pod-line.ts';
import { told, type Surroundings } from './fake-parts.ts';
import { nodesBut, well } from './well-cluster.ts';

const began = Date.UTC(2026, 10, 21, 9, 0, 0);

const before: Baseline = {
  format: 1,
  at: began,
  notReady: [],
  ending: [],
  workloads: [
    ['shop', 'Deployment', 'web', 2, 2],
    ['shop', 'Deployment', 'old', 2, 0],
    ['kube-system', 'Deployment', 'coredns', 2, 2],
  ],
  pods: { shop: { 'web-1-a': '00000001', 'db-0': ['00000002', { db: 3 }] } },
  troubled: [['shop', 'old', 'CrashLoopBackOff']],
};

const event = (run: string, body: object): Event =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is read is filled in
  ({ at: began, cluster: 'paris', run, playbook: 'upgrade', parameters: {}, ...body }) as Event;

interface Kept {
  readonly baselines?: Readonly<Record<string, Baseline>>;
  readonly resumes?: string;
  readonly probes?: readonly object[];
}

/** Two runs of this machine, the second of which may go on with the first. */
const storedRuns = ({ baselines = { 'r-1': before }, resumes, probes }: Kept): NonNullable<Surroundings['stored']> => {
  const of = (run: string): readonly Event[] => [
    event(run, { type: 'run-started', ...(run === 'r-2' && resumes !== undefined ? { resumes } : {}) }),
    ...(probes === undefined ? [] : [event(run, { type: 'probes-ended', probes })]),
    event(run, { type: 'run-finished', outcome: 'done', durationMs: 1 }),
  ];
  return {
    list: () => Promise.resolve(['r-1', 'r-2']),
    read: (id) =>
      Promise.resolve({
        id,
        directory: `/state/${id}`,
        writer: 'gone',
        clusters: ['paris'],
        transitions: of(id).filter(({ type }) => type !== 'probes-ended'),
        notes: [],
      }),
    readCluster: (id) => Promise.resolve({ name: 'paris', directory: `/state/${id}`, events: of(id) }),
    readBaseline: (id, cluster) =>
      Promise.resolve(baselines[id] === undefined || cluster !== 'paris' ? undefined : JSON.stringify(baselines[id])),
  };
};

const rows = (lines: readonly string[]): Answer => ({ stdout: `${[...lines, String(lines.length)].join('\n')}\n` });
const workload = (namespace: string, name: string, wanted: number, ready: number): string =>
  JSON.stringify([namespace, 'Deployment', name, ['i', null], wanted, wanted, wanted, ready, ready, 1, 1]);

const same: Readonly<Record<string, Answer>> = {
  workloads: rows([
    workload('kube-system', 'coredns', 2, 2),
    workload('shop', 'web', 2, 2),
    workload('shop', 'old', 2, 0),
  ]),
  'pod-health': rows([
    podLine({ name: 'web-1-a', n: 1 }),
    podLine({ name: 'db-0', n: 2, container: ['db', 3, null, ['Error', 1]] }),
    podLine({
      name: 'old-2-b',
      n: 3,
      owner: ['ReplicaSet', 'old-2'],
      hash: '2',
      container: ['old', 40, ['CrashLoopBackOff', 'back-off'], ['Error', 1]],
    }),
  ]),
};

const asked = (
  more: Readonly<Record<string, Answer>> = {},
  kept: Kept = {},
  argv: readonly string[] = ['--cluster', 'paris', '--since', 'last'],
) =>
  told(['verify', '--inventory', 'prod.yaml', ...argv], {
    script: { facts: (_node, key) => more[key] ?? same[key] ?? well[key] },
    stored: storedRuns(kept),
  });

/** What is compared, without the items that any list has. */
const compared = (stdout: string): readonly string[] => stdout.split('\n').slice(11);

describe('nodeops verify --since', () => {
  it('tells what was so before apart, and counts pods that were made anew', async () => {
    const { code, stdout, stderr, sent } = await asked();
    expect({ code, stderr, sent }).toEqual({ code: 0, stderr: '', sent: [] });
    expect(stdout.split('\n')[0]).toBe(
      'paris, compared with how it was when the run r-1 began (2026-11-21 09:00:00 UTC)',
    );
    expect(compared(stdout)).toEqual([
      '  ✓ no workload has fewer ready pods than before',
      '  · shop deployment/old: 0 of 2 ready (so before the run)',
      '  ✓ no container was started again',
      '  · shop/old-2-b: old starts again and again (so before the run)',
      '  ✓ no pod waits that did not before',
      '  · shop/old-2-b: CrashLoopBackOff (so before the run)',
      '  · 1 pods were made anew since: shop 1',
      '',
    ]);
  });

  it('an application that broke: what it said last, and to take that back first', async () => {
    const { code, stdout } = await asked({
      workloads: rows([workload('kube-system', 'coredns', 2, 2), workload('shop', 'web', 2, 1)]),
      'pod-health': rows([
        podLine({ name: 'db-0', n: 2, container: ['db', 5, null, ['OOMKilled', 137]] }),
        podLine({
          name: 'web-1-c',
          n: 9,
          owner: ['ReplicaSet', 'web-1'],
          hash: '1',
          phase: 'Pending',
          container: ['web', 0, ['ImagePullBackOff', 'Back-off pulling\nimage "shop:2"'], null],
        }),
      ]),
      'previous-log shop db-0 db': { stdout: 'loading\nout of memory\n' },
    });
    expect(code).toBe(1);
    expect(compared(stdout)).toEqual([
      '  ✗ no workload has fewer ready pods than before: shop deployment/web: 1 of 2 ready, 2 of 2 before → kubectl -n shop rollout status deployment/web',
      '  ✗ no container was started again: shop/db-0: db was started again 2 times, ended with 137 (OOMKilled) → kubectl -n shop logs db-0 -c db --previous',
      '      | loading',
      '      | out of memory',
      '  ✗ no pod waits that did not before: shop/web-1-c: ImagePullBackOff: Back-off pulling image "shop:2" → kubectl -n shop describe pod web-1-c',
      '  · 1 pods were made anew since: shop 1',
      '',
      'paris: the platform is well, only applications broke: shop/web, shop/db-0',
      '    take back the application first, not the cluster: kubectl -n shop rollout history deployment/web, then kubectl -n shop rollout undo deployment/web (or helm rollback)',
      '',
    ]);
  });

  it('a workload that is gone is missed, one that is wanted with fewer pods is not', async () => {
    const { code, stdout } = await asked({
      workloads: rows([workload('kube-system', 'coredns', 2, 2), workload('shop', 'web', 1, 1)]),
    });
    expect(code).toBe(0);
    const gone = await asked({ workloads: rows([workload('kube-system', 'coredns', 2, 2)]) });
    expect(gone.code).toBe(1);
    expect(gone.stdout).toContain('shop deployment/web is not there any more; 2 of 2 were ready before');
    expect(stdout).not.toContain('✗');
  });

  it('the platform that broke: nothing is said of applications first', async () => {
    const { code, stdout } = await asked({
      workloads: rows([workload('kube-system', 'coredns', 2, 1), workload('shop', 'web', 2, 0)]),
    });
    expect(code).toBe(1);
    expect(stdout).toContain('kube-system deployment/coredns: 1 of 2 ready, 2 of 2 before');
    expect(stdout).not.toContain('only applications');
  });

  const systemPod = (container: readonly unknown[]) =>
    rows([podLine({ namespace: 'kube-system', name: 'kube-scheduler-cp1', n: 7, container })]);

  it.each([
    [
      'a scheduler that lost its lease and is well again',
      systemPod(['s', 1, null, ['Error', 1]]),
      0,
      'of the platform',
    ],
    [
      'what ended with its node',
      rows([podLine({ name: 'web-1-a', container: ['w', 1, null, ['Unknown', 255]] })]),
      0,
      'with their node',
    ],
    [
      'an application, however well it is',
      rows([podLine({ name: 'web-1-a', container: ['w', 1, null, ['Error', 2]] })]),
      1,
      'w was started again once',
    ],
  ])('%s', async (_what, pods, expected, says) => {
    const { code, stdout } = await asked({ 'pod-health': pods });
    expect([code, stdout.includes(says)]).toEqual([expected, true]);
  });

  it('a node that was not Ready before is no miss; one that was is', async () => {
    const nodes = nodesBut({
      cp1: { kubeletVersion: 'v1.36.3', ready: ['Unknown', null] },
      w1: { kubeletVersion: 'v1.36.3' },
    });
    expect((await asked({ nodes })).stdout).toContain('✗ nodes are Ready: cp1: Ready is Unknown');
    const { stdout } = await asked({ nodes }, { baselines: { 'r-1': { ...before, notReady: ['cp1'] } } });
    expect(stdout).toContain('· cp1: Ready is Unknown (so before the run)');
  });

  it('a run that went on with another is compared with how it was before that one', async () => {
    const baselines = { 'r-1': before, 'r-2': { ...before, at: began + 60_000, workloads: [] } };
    expect((await asked({}, { baselines, resumes: 'r-1' })).stdout).toContain('when the run r-1 began');
    expect((await asked({}, { baselines })).stdout).toContain('when the run r-2 began');
  });

  it('without a baseline the rest is told, and that is not known', async () => {
    const { code, stdout } = await asked({}, { baselines: {} });
    expect(code).toBe(3);
    expect(stdout).toContain('? it is as it was before: no run of this machine kept how paris was before it began');
    const named = await asked({}, { baselines: {} }, ['--cluster', 'paris', '--since', 'r-2']);
    expect(named.stdout).toContain('? it is as it was before: the run r-2 did not keep how paris was');
  });

  it('what the run could not read is said, and not taken for well', async () => {
    const { code, stdout } = await asked({}, { baselines: { 'r-1': { format: 1, at: began } } });
    expect(code).toBe(3);
    expect(stdout).toContain('? no container was started again: the run could not read it when it began');
  });

  it('what the run saw of the API', async () => {
    const record = { name: 'API', url: 'u', asked: 900, failed: 40, awayMs: 41_000, longestMs: 30_000, blindMs: 0 };
    const { stdout, code } = await asked({}, { probes: [record] });
    expect(stdout).toContain(
      '  ✓ the API answers again\n  · it was away for 1m 22s in all, 30s at once; 80 of 1800 questions failed\n',
    );
    expect(code).toBe(0);
    const all = await asked({}, { probes: [{ ...record, failed: 0, awayMs: 0 }] });
    expect(all.stdout).toContain('✓ the API answered while the run went on\n  · 1800 questions, all of them answered');
  });

  it('of several clusters one list', async () => {
    const { code, stdout } = await asked({}, {}, ['--since', 'last']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^paris, compared [^\n]+\noslo\n {2}✓ no run is left undone\n/);
    expect(stdout.match(/no run is left undone/g)).toHaveLength(1);
    expect(stdout).toContain('? it is as it was before (oslo): oslo: no run of this machine kept how oslo was');
    expect(stdout).toContain('✗ nodes are Ready: oslo: cp9 is not in the cluster');
  });

  it('as JSON an object a cluster', async () => {
    const { stdout } = await asked({}, {}, ['--cluster', 'paris', '--since', 'last', '--output', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ cluster: 'paris', since: { run: 'r-1', at: began } });
  });

  it('a run that is not there is refused before anything is connected to', async () => {
    const { code, stderr, transports } = await asked({}, {}, ['--since', 'nothing']);
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain('no run is called nothing');
  });
});
