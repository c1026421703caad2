import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/adapters/files/chain.ts';
import { drainFailure } from '../report/fixtures.ts';
import { tell, type Surroundings } from './fake-parts.ts';
import { living, seed, type SeededRun } from './seeded-runs.ts';

const fleet = `apiVersion: nodeops/v1
kind: Inventory
clusters:
  - { name: paris, nodes: [{ name: cp1, host: 10.0.0.11, role: control-plane }, { name: w1, host: 10.0.0.21, role: worker }] }
`;
const old: SeededRun = { id: '2026-11-19-020000-aaaa', outcome: 'done', at: Date.UTC(2026, 10, 19, 2) };
const failed: SeededRun = { id: '2026-11-20-020000-bbbb', outcome: 'failed', failure: drainFailure() };
const killed: SeededRun = { id: '2026-11-21-020000-cccc', cluster: 'oslo', at: Date.UTC(2026, 10, 21, 2) };
const running: SeededRun = { ...killed, id: '2026-11-21-030000-dddd', cluster: 'bonn', writer: living };
const all = seed(old, failed, killed, running);

const change = (path: string, from: string, to: string) => (state: string) => {
  const file = join(state, 'runs', path);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};
const both =
  (...steps: readonly ((state: string) => void)[]) =>
  (state: string) =>
    steps.forEach((step) => step(state));

/** What an operator gets wrong: the arguments, and what is said. */
const wrong: readonly (readonly [string, readonly string[], string])[] = [
  ['which run', ['runs', 'show', 'x'], 'no run is called x\n    nodeops runs list shows those of this machine'],
  [
    'which of several',
    ['audit', 'verify', '2026-11-21'],
    `2026-11-21 may be ${killed.id}, ${running.id}\n    write more of it`,
  ],
  ['how many', ['runs', 'list', '--last', '0'], '--last 0: expected a whole number from 1 on'],
  [
    'how old',
    ['runs', 'prune', '--yes', '--older-than', '3 weeks'],
    '--older-than 3 weeks: expected an age such as 90d or 12h',
  ],
  ['which runs', ['runs', 'prune', '--yes'], 'which runs? Name them with --older-than 90d, --keep 20, or both'],
  [
    'a run that has ended',
    ['runs', 'pause', old.id],
    `the run ${old.id} does not go on any more (done): there is nothing to steer\n    go on with what is left: nodeops resume ${old.id}`,
  ],
  [
    'a cluster of it',
    ['runs', 'stop', running.id, '--cluster', 'bon'],
    `--cluster bon: the run ${running.id} has no such cluster; did you mean "bonn"?`,
  ],
  ['a wave of it', ['runs', 'pause', running.id, '--wave', 'prod'], `--wave prod: the run ${running.id} has no waves`],
  [
    'clusters or a wave',
    ['runs', 'pause', running.id, '--wave', 'prod', '--cluster', 'bonn'],
    '--cluster and --wave: name clusters, or a wave of them',
  ],
  ['why', ['runs', 'stop', running.id, '--reason', ' '], '--reason says nothing: give the reason in a few words'],
  [
    'what to diagnose',
    ['diagnose', killed.id, '-i', 'prod.yaml'],
    `the run ${killed.id} was about oslo: none of them is chosen`,
  ],
  ['nobody to ask', ['runs', 'prune', '--keep', '1'], 'there is no terminal to ask at: say --yes to remove'],
];

/** What resume refuses: arguments, the runs that are recorded, what is said. */
const refusals: readonly (readonly [string, readonly string[], (state: string) => void, string])[] = [
  [
    'another machine’s run, and no inventory',
    ['x'],
    seed(killed),
    'no run is called x on this machine\n    nodeops runs list',
  ],
  ['a cluster that is not there', ['-i', 'prod.yaml', '--cluster', 'rome'], seed(), 'there is no cluster "rome"'],
  ['no inventory', ['-i', 'no.yaml'], seed(), 'the inventory no.yaml does not exist'],
  [
    'a wait that is none',
    ['-i', 'prod.yaml', '--wait-for-lock', 'x'],
    seed(),
    '--wait-for-lock x: expected a duration',
  ],
  [
    'a name that is none',
    ['-i', 'prod.yaml', '--confirm', 'rome'],
    seed(),
    '--confirm rome: that cluster is not chosen',
  ],
  ['still going on', [], seed(running), `the run ${running.id} is still going on: process ${process.pid} on `],
  ['still going on, named', [running.id], seed(running), 'stop it there with Ctrl-C first'],
  [
    'the inventory is gone',
    [],
    seed({ ...failed, wish: { inventory: '/gone/prod.yaml' } }),
    'the inventory /gone/prod.yaml does not exist',
  ],
  ['the cluster is gone', [], seed({ ...failed, cluster: 'rome' }), 'there is no cluster "rome" in the inventory'],
  [
    'the playbook is gone',
    [],
    seed({ ...failed, wish: { command: 'run', playbook: '/gone/mine.yaml' } }),
    'the playbook /gone/mine.yaml does not exist',
  ],
  [
    'no wish',
    [failed.id],
    seed({ ...failed, wish: 'none' }),
    'kept no wish.json that can be read\n    type its command again',
  ],
  [
    'a run that had to do with another cluster',
    ['last', '--cluster', 'oslo'],
    seed(failed),
    'is recorded here, and was not about that inventory or cluster\n    leave --inventory and --cluster out',
  ],
];

describe('runs list', () => {
  it('is a table, newest first', async () => {
    const { code, stdout, stderr } = await tell(['runs', 'list'], { before: all });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'run                     playbook  cluster  from    to      started                  took    outcome',
      '2026-11-21-030000-dddd  upgrade   bonn     1.35.4  1.36.3  2026-11-21 02:00:00 UTC  –       running',
      '2026-11-21-020000-cccc  upgrade   oslo     1.35.4  1.36.3  2026-11-21 02:00:00 UTC  –       unfinished',
      '2026-11-20-020000-bbbb  upgrade   paris    1.35.4  1.36.3  2026-11-20 02:00:00 UTC  1m 00s  failed',
      '2026-11-19-020000-aaaa  upgrade   paris    1.35.4  1.36.3  2026-11-19 02:00:00 UTC  1m 00s  done',
      '',
    ]);
  });

  it.each([
    ['nothing yet', [], undefined, []],
    ['of one cluster', ['--cluster', 'paris'], all, [failed.id, old.id]],
    ['the newest', ['--last', '1'], all, [running.id]],
    ['the newest of two clusters', ['--cluster', 'paris,oslo', '--last', '2'], all, [killed.id, failed.id]],
  ])('as JSON: %s', async (_what, options, before, ids) => {
    const { code, stdout } = await tell(
      ['runs', 'list', '-o', 'json', ...options],
      before === undefined ? {} : { before },
    );
    const runs: { run: string }[] = JSON.parse(stdout);
    expect([code, runs.map(({ run }) => run)]).toEqual([0, ids]);
  });

  it('says a run whose record is broken, and goes on', async () => {
    const before = both(all, change(`${old.id}/fleet.jsonl`, 'ana', 'eve'));
    const { code, stdout, stderr } = await tell(['runs', 'list', '--cluster', 'paris'], { before });
    expect(code).toBe(0);
    expect(stdout).toMatch(/aaaa .* broken\n/);
    expect(stderr).toContain(`/here/state/runs/${old.id}/fleet.jsonl:3: the journal of run ${old.id} is broken:`);
  });
});

describe('runs show', () => {
  it.each([['last'], [killed.id], ['2026-11-21']])('%s finds the newest', async (name) => {
    const { code, stdout } = await tell(['runs', 'show', name], { before: seed(old, killed) });
    expect(code).toBe(0);
    expect(stdout).toContain(killed.id);
    expect(stdout).toContain('the run has no end in its journal');
  });

  it('says why it failed, what to type, every step, where the files are', async () => {
    const { stdout } = await tell(['runs', 'show', failed.id], { before: all });
    expect(stdout).toContain('paris: upgrade, begun 2026-11-20 02:00:00 UTC by ana on bastion, nodeops 1.2.3\n');
    expect(stdout).toMatch(/workers\/w1\/drain-node +failed +42s/);
    for (const next of drainFailure().next) expect(stdout).toContain(next);
    expect(stdout).toContain(`journal: /here/state/runs/${failed.id}/clusters/paris\n`);
  });

  it('the same as JSON', async () => {
    const { stdout } = await tell(['runs', 'show', failed.id, '-o', 'json'], { before: all });
    expect(JSON.parse(stdout)).toMatchObject({
      run: failed.id,
      state: 'failed',
      durationMs: 60_000,
      details: [
        { cluster: 'paris', failure: drainFailure(), steps: [{ outcome: 'failed', node: 'w1', durationMs: 42_000 }] },
      ],
    });
  });

  it('says what it repaired', async () => {
    const { code, stderr } = await tell(['runs', 'show', 'last'], { before: seed({ ...killed, torn: '{"seq":4' }) });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: .*journal\.jsonl:5: the run was killed while it wrote this line; its 8 bytes were taken off/,
    );
  });

  it('a broken journal is refused with file and line: exit code 1', async () => {
    const before = both(all, change(`${old.id}/clusters/paris/journal.jsonl`, '42000', '1'));
    const { code, stderr } = await tell(['runs', 'show', old.id], { before });
    expect(code).toBe(1);
    expect(stderr).toMatch(/journal\.jsonl:5: the journal of run .* is broken[^]*nodeops audit verify/);
  });
});

/** Prunes, and tells which runs are left. */
const left = async (argv: readonly string[], around: Surroundings = { before: all }) => {
  let ids: readonly string[] = [];
  const after = (state: string) => (ids = existsSync(join(state, 'runs')) ? readdirSync(join(state, 'runs')) : []);
  const told = await tell(['runs', 'prune', ...argv], { ...around, after });
  return { ...told, ids };
};

describe('runs prune', () => {
  const four = [old.id, failed.id, killed.id, running.id];

  it.each([
    // The clock of these tests stands at 2026-11-21 09:19:30 UTC.
    ['old ones', ['--older-than', '2d', '--yes'], four.slice(1)],
    ['not yet old enough', ['--older-than', '3d', '--yes'], four],
    ['beyond a number; what can be resumed stays', ['--keep', '0', '--yes'], four.slice(1)],
    ['beyond a number', ['--keep', '4', '--yes'], four],
    ['both must hold', ['--keep', '3', '--older-than', '3d', '--yes'], four],
    ['also unfinished ones, but not what runs', ['--keep', '0', '--unfinished', '--yes'], [running.id]],
    ['only in words', ['--keep', '0', '--dry-run'], four],
  ])('%s', async (_what, argv, ids) => expect(await left(argv)).toMatchObject({ code: 0, ids, stderr: '' }));

  it('says what was removed, and asks before', async () => {
    expect((await left(['--keep', '0', '--yes'])).stdout).toMatch(new RegExp(`removed ${old.id}\n$`));
    const no = await left(['--keep', '0'], { before: all, terminal: true, answer: false });
    expect([no.ids, no.stdout.endsWith('Nothing was removed.\n')]).toEqual([four, true]);
    const yes = await left(['--keep', '0'], { before: all, terminal: true, answer: true });
    expect(yes.ids).toEqual(four.slice(1));
  });

  it('a run that failed may go once a later one of its cluster is done', async () => {
    const before = seed(failed, { ...old, id: '2026-11-20-090000-eeee' });
    expect((await left(['--keep', '0', '--yes'], { before })).ids).toEqual([]);
  });

  it('a broken record is evidence: it stays', async () => {
    const before = both(all, change(`${old.id}/fleet.jsonl`, 'ana', 'eve'));
    expect((await left(['--keep', '0', '--yes'], { before })).ids).toEqual(four);
  });

  it.each([
    ['kept', [], true],
    ['removed with them when that is said', ['--artifacts'], false],
  ])('snapshots are %s', async (_what, argv, there) => {
    const name = `artifacts/paris/${old.id}/etcd-before-1.36.3.db`;
    const before = both(all, (state) => {
      mkdirSync(join(state, name, '..'), { recursive: true });
      writeFileSync(join(state, name), 'x');
    });
    let found: boolean | undefined;
    const after = (state: string) => (found = existsSync(join(state, name)));
    const { code, stdout } = await tell(['runs', 'prune', '--keep', '0', '--yes', ...argv], { before, after });
    expect([code, found]).toEqual([0, there]);
    expect(stdout).toContain(`  ${there ? 'kept' : 'removed'} paris/${old.id}/etcd-before-1.36.3.db\n`);
  });
});

describe('audit verify', () => {
  it('all journals of all runs', async () => {
    const { code, stdout } = await tell(['audit', 'verify'], { before: seed(old, killed) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +journal +entries +chain\n/);
    expect(stdout).toMatch(/aaaa +paris +4 +whole\n/);
    expect(stdout).toMatch(/cccc +fleet +1 +unsealed\n/);
    expect(stdout).toMatch(/note: .*cccc\/fleet\.jsonl: has no seal: the run was killed or still goes on/);
  });

  it('a torn last line is no fault, and is left as it is', async () => {
    let text = '';
    const after = (state: string) =>
      (text = readFileSync(join(state, 'runs', killed.id, 'clusters/oslo/journal.jsonl'), 'utf8'));
    const { code, stdout } = await tell(['audit', 'verify', 'last'], {
      before: seed({ ...killed, torn: '{"seq":4' }),
      after,
    });
    expect([code, text.endsWith('{"seq":4')]).toEqual([0, true]);
    expect(stdout).toMatch(/oslo +3 +torn\n/);
    expect(stdout).toMatch(/journal\.jsonl:5: has no end: its writer was killed/);
  });

  it('a broken one: exit code 1, with file, line and what it means', async () => {
    const before = both(all, change(`${old.id}/clusters/paris/journal.jsonl`, '42000', '1'));
    const { code, stdout } = await tell(['audit', 'verify', old.id], { before });
    expect(code).toBe(1);
    expect(stdout).toMatch(/journal\.jsonl:5: the line before it \(4\) was changed[^]*it proves nothing/);
    expect((await tell(['audit', 'verify', failed.id], { before })).code).toBe(0);
    const json = await tell(['audit', 'verify', '-o', 'json'], { before });
    expect(json.code).toBe(1);
    const findings: { verdict: string }[] = JSON.parse(json.stdout);
    expect(findings.filter(({ verdict }) => verdict === 'broken')).toMatchObject([
      { run: old.id, cluster: 'paris', line: 5 },
    ]);
  });
});

describe('resume', () => {
  const files = { 'prod.yaml': fleet };

  it.each([
    ['the newest that has no end', [], seed(old, failed)],
    ['of a cluster of an inventory', ['-i', 'prod.yaml', '--cluster', 'paris'], seed(failed, killed)],
    ['the one that was named', [failed.id], seed(old, failed)],
    ['by the beginning of its name', ['2026-11-20'], seed(old, failed)],
    ['by its place', ['last'], seed(old, failed)],
    ['by its place, with its cluster', ['last', '--cluster', 'paris'], seed(old, failed)],
    ['of which nothing is recorded here', ['-i', 'prod.yaml', '--cluster', 'paris'], seed(killed)],
    ['of which the last one here is done', ['-i', 'prod.yaml'], seed(failed, { ...old, id: '2026-11-20-090000-eeee' })],
    ['named, and not recorded here', ['2026-01', '-i', 'prod.yaml'], seed(old)],
  ])('asks for the same again, as far as the nodes, which these tests do not have: %s', async (_what, argv, before) => {
    const told = tell(['resume', ...argv], { files, before, terminal: true });
    await expect(told).rejects.toThrow('a transport was asked for');
  });

  it.each([
    ['no run at all', [], seed(), 'nothing is unfinished on this machine; if it was begun on another'],
    ['all done', [], seed(old), 'nothing is unfinished'],
    ['a later one is done', [], seed(failed, { ...old, id: '2026-11-20-090000-eeee' }), 'nothing is unfinished'],
    ['the run is done', [old.id], seed(old), `the run ${old.id} is done: nothing to resume`],
    ['another cluster', ['--cluster', 'paris'], seed(old, killed), 'nothing is unfinished'],
    ['killed before it had begun', [], seed({ ...killed, wish: 'none' }), 'nothing is unfinished'],
  ])('nothing to do is said: %s', async (_what, argv, before, says) => {
    const { code, stdout, stderr } = await tell(['resume', '--yes', ...argv], { files, before });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(says);
  });

  it.each(refusals)('refused, exit code 2: %s', async (_what, argv, before, says) => {
    const { code, stderr, reached } = await tell(['resume', '--yes', ...argv], { files, before });
    expect([code, reached]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });

  it('says which run it goes on with, and what that is', async () => {
    const before = both(seed({ ...failed, wish: { limit: ['w1'], only: 'workers' } }), (state) =>
      rmSync(join(state, '..', 'prod.yaml')),
    );
    const { stderr } = await tell(['resume', '--yes'], { files, before });
    expect(stderr).toContain(
      `going on with ${failed.id} (failed): nodeops upgrade --inventory /here/state/../prod.yaml --cluster paris --to 1.36.3 --limit w1 --only workers\n`.replace(
        'state/../',
        '',
      ),
    );
  });
});

describe('rollback', () => {
  const files = { 'prod.yaml': fleet };
  const first = { ...failed, id: '2026-11-20-010000-aaaa', before: { cp1: '1.35.4', cp2: '1.35.4' } };
  const resumed = { ...failed, id: '2026-11-20-020000-bbbb', before: { cp1: '1.36.3', cp2: '1.36.3' } };
  const back = { ...old, id: '2026-11-20-030000-cccc', before: { cp1: '1.36.3' } };
  const rollback = {
    ...back,
    wish: { command: 'run', playbook: 'rollback', parameters: { version: '1.35.4' } },
  } as const;
  const patch = {
    ...old,
    id: '2026-11-19-010000-dddd',
    before: { cp1: '1.34.2' },
    wish: { parameters: { version: '1.35.4' } },
  };
  const done = { ...old, cluster: 'paris', id: '2026-11-19-020000-eeee', before: { cp1: '1.34.2' } };

  it.each([
    ['of that run', [first.id], seed(first), `1.35.4, where it was before ${first.id}`],
    [
      'what was begun in an earlier run',
      [resumed.id],
      seed(first, resumed),
      `1.35.4, where it was before ${resumed.id}`,
    ],
    ['not what another upgrade did', [first.id], seed(patch, first), `1.35.4, where it was before ${first.id}`],
    ['not what had come to its end', [first.id], seed(done, first), `1.35.4, where it was before ${first.id}`],
    ['last: the newest upgrade', ['last'], seed(first, resumed, rollback), `1.35.4, where it was before ${resumed.id}`],
  ])('goes back to where it was before: %s', async (_what, argv, before, says) => {
    const { code, stderr } = await tell(['rollback', ...argv, '-i', 'nowhere.yaml', '--yes'], { files, before });
    expect(stderr).toContain(`paris: going back to ${says}`);
    expect(code).toBe(2);
  });

  it('goes only so far as was said, also where the record does not say what was before', async () => {
    const unknown = { ...failed, id: first.id, before: {} };
    const { code, stderr } = await tell(['rollback', 'last', '--to', '1.35.4', '-i', 'nowhere.yaml', '--yes'], {
      files,
      before: seed(unknown),
    });
    expect(stderr).toContain('paris: going back to 1.35.4\n');
    expect(code).toBe(2);
  });
});

it.each(wrong)('what the operator got wrong, exit code 2: %s', async (_what, argv, says) => {
  const { code, stderr, stdout } = await tell(argv, { before: all, files: { 'prod.yaml': fleet } });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`nodeops: ${says}`);
});

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('docs', () => {
  it('errors.md: every message about records is said', async () => {
    const section = page('errors.md')
      .split(/^## /m)
      .find((text) => text.startsWith('Records of runs\n'));
    const messages = [...(section ?? '').matchAll(/^\| `(.+?)` \|/gm)].map(([, message = '']) => message);
    const broken = both(all, change(`${old.id}/clusters/paris/journal.jsonl`, '42000', '1'));
    const said = await Promise.all([
      tell(['runs', 'show', 'last']),
      ...wrong.map(([, argv]) => tell(argv, { before: all, files: { 'prod.yaml': fleet } })),
      ...refusals.map(([, argv, before]) =>
        tell(['resume', ...argv, '--yes'], { files: { 'prod.yaml': fleet }, before }),
      ),
      tell(['runs', 'show', old.id], { before: broken }),
    ]);
    const lines = said.flatMap(({ stderr }) => stderr.split('\n'));
    const unsaid = messages.filter((message) => {
      const form = new RegExp(`^${message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+')}$`);
      return !lines.some((line) => form.test(line));
    });
    expect(messages.length).toBeGreaterThan(10);
    expect(unsaid).toEqual([]);
  });

  it('journal.md: its examples are journals that verify', () => {
    const examples = [...page('journal.md').matchAll(/```json\n([^]*?)```/g)].map(([, text = '']) => text);
    expect(examples.map(verifyChain)).toEqual([
      { kind: 'ok', entries: 5, sealed: true },
      { kind: 'ok', entries: 2, sealed: true },
    ]);
  });
});

it('no run is recorded', async () => {
  const { code, stderr } = await tell(['runs', 'show', 'last']);
  expect([code, stderr]).toEqual([2, 'nodeops: no run is recorded on this machine\n']);
});

it.each([['runs', 'list'], ['runs', 'show'], ['runs', 'prune'], ['audit', 'verify'], ['resume']])(
  '%s %s --help shows an example',
  async (...argv) => {
    const { code, stdout } = await tell([...argv.filter((word) => word !== undefined), '--help']);
    expect([code, /\nExamples:\n {2}nodeops /.test(stdout)]).toEqual([0, true]);
  },
);
