import { describe, expect, it } from 'vitest';
import { runEntries } from '../../src/cli/run-entries.ts';
import type { Event } from '../../src/model/event.ts';
import { BrokenJournal, type StoredRun } from '../../src/ports/journal-store.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import type { Answer, Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

/** When the recorded node was drained, and the other one tainted. */
const drainedAt = Date.UTC(2026, 10, 22, 18, 32, 0);
const run = '2026-11-22-183158-aa11';
const command = 'kubectl drain w1';
const failure = {
  cluster: 'paris',
  node: 'w1',
  address: 'one/w1/drain-node',
  step: 'drain-node',
  kind: 'failed',
  message: 'the drain did not end',
  state: [],
  next: [],
} as const;

const event = (seconds: number, body: object): Event =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the time line reads is filled in
  ({ at: drainedAt + seconds * 1000, cluster: 'paris', ...body }) as Event;
const drain = { address: 'one/w1/drain-node', step: 'drain-node', title: 'drain', node: 'w1' };

const journal: readonly Event[] = [
  event(0, {
    type: 'run-started',
    run,
    playbook: 'mine',
    parameters: {},
    operator: 'ana',
    host: 'bastion',
    nodeops: '1',
  }),
  event(1, { type: 'step-started', ...drain, address: 'one/w1/verify-node', title: 'verify' }),
  event(2, { type: 'step-finished', address: 'one/w1/verify-node', outcome: 'satisfied', durationMs: 1, waitedMs: 0 }),
  event(3, { type: 'step-started', ...drain }),
  event(4, { type: 'command-started', address: drain.address, id: 'c1', node: 'cp1', line: command, effect: 'write' }),
  event(5, { type: 'command-lost', address: drain.address, id: 'c1', node: 'cp1', why: 'the connection was lost' }),
  event(14, {
    type: 'command-finished',
    address: drain.address,
    id: 'c1',
    node: 'cp1',
    exit: { kind: 'code', code: 1 },
    durationMs: 1,
    stderrTail: ['first', 'global timeout\nreached'],
  }),
  event(15, { type: 'step-failed', address: drain.address, durationMs: 12_000, failure }),
  event(16, { type: 'run-finished', outcome: 'failed', durationMs: 16_000, failure }),
];

const storedRun: StoredRun = {
  id: run,
  directory: `/state/${run}`,
  writer: 'gone',
  clusters: ['paris'],
  transitions: journal.filter(({ type }) => type.startsWith('run-')),
  notes: [],
};

const stored: NonNullable<Surroundings['stored']> = {
  list: () => Promise.resolve([run]),
  read: () => Promise.resolve(storedRun),
  readCluster: () => Promise.resolve({ name: 'paris', directory: '/state/paris', events: journal }),
};

const answers =
  (events: Answer, clockAt = '1795255170.0'): NonNullable<Script['facts']> =>
  (_node, key) =>
    key === 'cluster-events' ? events : key === 'host-clock' ? { stdout: `${clockAt}\n` } : undefined;

const recorded = recordedOutput('cluster-events', 'drained-and-tainted-1.35.4');
const asked = (argv: readonly string[], facts = answers(recorded), more: Surroundings = { stored }) =>
  told(['events', '--inventory', 'prod.yaml', '--cluster', 'paris', ...argv], { script: { facts }, ...more });

const killed = () => Promise.resolve({ ...storedRun, transitions: [] });
const broken = () => Promise.reject(new BrokenJournal(run, '/state/fleet.jsonl', 3, 'its hash is wrong'));

const connect = (node: string): void => {
  if (node === 'w1') throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
};

describe('nodeops events', () => {
  it('what the cluster says and what the run did, in one order', async () => {
    const { code, stdout, stderr, transports, sent } = await asked(['--since', 'last']);
    expect({ code, stderr, sent, transports }).toEqual({
      code: 0,
      stderr: '',
      sent: [],
      transports: [{ refuseWrites: true, acceptNewHostKeys: false }],
    });
    const [heading, ...lines] = stdout.trimEnd().split('\n');
    expect(heading).toBe('paris: since 2026-11-22 18:32:00 UTC');
    const rows = lines.slice(1).map((line) => line.trim().split(/ {2,}/).slice(0, 4).join(' | '));
    expect(rows.slice(0, 9)).toEqual([
      '2026-11-22 18:32:00 | here | run-started | paris',
      '2026-11-22 18:32:03 | here | step-started | w1',
      '2026-11-22 18:32:05 | here | command-lost | cp1',
      '2026-11-22 18:32:10 | kappa-w1 | Killing | pod default/web-78dc785779-8jvbk',
      '2026-11-22 18:32:14 | here | command-failed | cp1',
      '2026-11-22 18:32:15 | here | step-failed | w1',
      '2026-11-22 18:32:15 | kappa-w1 | Unhealthy | pod default/web-78dc785779-8jvbk',
      '2026-11-22 18:32:16 | here | run-finished | paris',
      '2026-11-22 18:32:18 | kappa-w1 | NodeNotSchedulable | node kappa-w1',
    ]);
    const times = rows.map((line) => line.slice(0, 19));
    expect(times).toEqual(times.toSorted());
    expect(stdout).toContain('TaintManagerEviction');
    expect(stdout).toMatch(/Unhealthy .* \(2 times since 2026-11-22 18:02:55\)/);
  });

  it('is one object a cluster for a program', async () => {
    const { stdout } = await asked(['--since', run.slice(0, 12), '--output', 'json']);
    const { cluster, since, entries, clocks, unread } = JSON.parse(stdout);
    expect([cluster, since, clocks, unread]).toEqual(['paris', drainedAt, [], []]);
    expect(entries[0]).toEqual({
      at: drainedAt,
      clock: 'here',
      what: 'run-started',
      run,
      about: 'paris',
      says: 'mine, by ana on bastion',
      grave: 'none',
    });
    expect(entries.find(({ what }: { readonly what: string }) => what === 'command-failed')).toMatchObject({
      says: 'kubectl drain w1: rc 1, global timeout reached',
      grave: 'bad',
    });
  });

  it('only what is as young as that', async () => {
    // The clock of these tests is at 10 o’clock of the day before.
    const { stdout } = await asked(['--since', '90m'], answers({ stdout: '0\n' }), {});
    expect(stdout).toBe('paris: since 2026-11-21 08:29:30 UTC\n  nothing is known to have happened\n');
  });

  it('a clock that is not this machine’s is told', async () => {
    const { stdout } = await asked([], answers({ stdout: '0\n' }, '1795255182.5'), {});
    expect(stdout).toContain('clock: w1 is 12.5 s ahead of this machine; its times are told as it says them\n');
    const behind = await asked(['-o', 'json'], answers({ stdout: '0\n' }, '1795255160.0'), {});
    expect(JSON.parse(behind.stdout).clocks).toContainEqual({ node: 'cp1', aheadMs: -10_000 });
  });

  it('without an API server the runs are told all the same', async () => {
    const refused = recordedOutput('cluster-events', 'refused-1.35.4');
    const { code, stdout } = await asked(['--since', 'last'], answers(refused));
    expect(code).toBe(3);
    expect(stdout).toContain('run-finished');
    expect(stdout).toContain('  events of the cluster: The connection to the server 172.31.1.11:6444 was refused');
  });

  it('a node that is not reached is told', async () => {
    const script = { facts: answers(recorded), connect };
    const { code, stderr } = await asked([], undefined, { script });
    expect([code, stderr]).toEqual([3, 'paris/w1: cannot connect\n']);
  });

  it.each([
    [
      'soon',
      'nodeops: --since soon: expected a duration such as 90m, 2h or 3d, or a run: its id, the beginning of it, or last\n',
    ],
    ['2025-01', 'nodeops: no run is called 2025-01\n    nodeops runs list shows those of this machine\n'],
  ])('--since %s is refused before anything is connected to', async (since, says) => {
    const { code, stderr, transports } = await asked(['--since', since]);
    expect([code, stderr, transports]).toEqual([2, says, []]);
  });

  it('a run that was killed before its first event has no beginning', async () => {
    const { code, stderr } = await asked(['--since', 'last'], undefined, { stored: { ...stored, read: killed } });
    expect([code, stderr]).toEqual([
      2,
      `nodeops: --since last: the run ${run} was killed before its first event: say how long ago\n`,
    ]);
  });

  it('a run whose record is broken is told, and the others are not lost by it', async () => {
    const { code, stdout, stderr } = await asked(['--since', '48h'], undefined, {
      stored: { ...stored, read: broken },
    });
    expect(code).toBe(0);
    expect(stderr).toContain('/state/fleet.jsonl:3: the journal of run');
    expect(stdout).toContain('TaintManagerEviction');
  });
});

describe('what a run did', () => {
  const entries = runEntries(run, 'paris', journal);

  it('leaves out what found nothing to do, and commands that ended well', () => {
    expect(entries.map(({ what }) => what)).toEqual([
      'run-started',
      'step-started',
      'command-lost',
      'command-failed',
      'step-failed',
      'run-finished',
    ]);
    const well = journal.map((each) =>
      each.type === 'command-finished' ? { ...each, exit: { kind: 'code', code: 0 } as const } : each,
    );
    expect(runEntries(run, 'paris', well).map(({ what }) => what)).not.toContain('command-failed');
  });

  it('tells a step that was done, begun and ended', () => {
    const done = [
      event(3, { type: 'step-started', ...drain }),
      event(9, { type: 'step-finished', address: drain.address, outcome: 'done', durationMs: 6000, waitedMs: 0 }),
    ];
    expect(runEntries(run, 'paris', done).map(({ says }) => says)).toEqual(['drain', 'drain: done after 6.0s']);
  });
});
