import { describe, expect, it } from 'vitest';
import { LockWorld } from '../run/lock-world.ts';
import type { Script } from '../run/scripted.ts';
import { inventory, told, type Surroundings } from './fake-parts.ts';

const from = ['kubectl', '--inventory', 'prod.yaml'];
const paris = [...from, '--cluster', 'paris'];
const play = (argv: readonly string[], script: Script = {}, around: Surroundings = {}) =>
  told(argv, { script, ...around });

const says =
  (
    answers: Readonly<Record<string, { stdout?: string; stderr?: string; code?: number }>>,
  ): NonNullable<Script['facts']> =>
  (node, key) =>
    key === 'kubectl-output' ? answers[node] : undefined;

const writes = (sent: readonly string[]): readonly string[] => sent.filter((line) => line.includes(' scale '));

describe('nodeops kubectl that only looks', () => {
  it('shows what one cluster says as it is, journals nothing and refuses writes', async () => {
    const { code, stdout, stderr, events, transports } = await play([...paris, '--', 'get', 'pods'], {
      facts: says({ cp1: { stdout: 'pod-a\npod-b\n', stderr: 'a warning\n' } }),
    });
    expect([code, stdout, stderr, events]).toEqual([0, 'pod-a\npod-b\n', 'a warning\n', []]);
    expect(transports).toEqual([{ refuseWrites: true, acceptNewHostKeys: false }]);
  });

  it('names the cluster on each line of several, in the order of the inventory, and ends as the worst', async () => {
    const { code, stdout, stderr } = await play([...from, '--', 'get', 'pods'], {
      facts: says({ cp1: { stdout: 'a\n\nb' }, cp9: { stderr: 'Error: no\n', code: 1 } }),
    });
    expect([code, stdout, stderr]).toEqual([1, 'paris: a\nparis: \nparis: b\n', 'oslo: Error: no\n']);
  });

  it('as JSON, an object a cluster', async () => {
    const { stdout } = await play([...from, '--output', 'json', '--', 'get', 'pods'], {
      facts: says({ cp1: { stdout: 'a\n' }, cp9: { stderr: 'no\n', code: 4 } }),
    });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { cluster: 'paris', node: 'cp1', stdout: 'a\n', stderr: '', code: 0 },
      { cluster: 'oslo', node: 'cp9', stdout: '', stderr: 'no\n', code: 4 },
    ]);
  });

  it('tells where no API server answers: exit code 3', async () => {
    const { code, stderr } = await play([...paris, '--', 'get', 'pods'], {
      facts: (node, key) =>
        key === 'owner-lease'
          ? { code: 1, stderr: 'The connection to the server 10.0.0.11:6443 was refused\n' }
          : says({ cp1: { stdout: '' } })?.(node, key),
    });
    expect(code).toBe(3);
    expect(stderr).toContain('paris: ');
    expect(stderr).toContain('was refused');
  });

  it('diff reads standard input', async () => {
    const { code, stdout } = await play(
      [...paris, '--', 'diff', '-f', '-'],
      { facts: says({ cp1: { stdout: '+ x\n', code: 1 } }) },
      { stdin: 'kind: ConfigMap' },
    );
    expect([code, stdout]).toEqual([1, '+ x\n']);
  });
});

/** A run of eve's is at work. */
const lock = (now: () => number): LockWorld => {
  const world = new LockWorld(now);
  const renewTime = `${new Date(now()).toISOString().slice(0, -1)}000Z`;
  const annotations = { 'nodeops.dev/playbook': 'upgrade' };
  world.lease = { rv: 5, holder: 'eve@laptop:7:eeeeeeeeeeee-7/r-eve', epoch: 7, renewTime, annotations };
  return world;
};

describe('nodeops kubectl --write', () => {
  const scale = ['--write', '--', 'scale', 'deploy/web', '--replicas=0'];

  it('is refused without --write before anything is connected to', async () => {
    const { code, stderr, transports } = await play([...paris, '--', 'scale', 'deploy/web', '--replicas=0']);
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain('kubectl scale may change the cluster: say --write');
  });

  it('is journalled before it is sent, with what it was for', async () => {
    const { code, sent, events, stderr } = await play([...paris, '--reason', 'CHG-1', ...scale]);
    expect(code).toBe(0);
    expect(writes(sent)).toHaveLength(1);
    expect(writes(sent)[0]).toContain('cp1');
    expect(events.map(({ type }) => type)).toEqual([
      'run-started',
      'command-started',
      'command-finished',
      'run-finished',
    ]);
    expect(events[0]).toMatchObject({ playbook: 'kubectl', operator: 'ana', reason: 'CHG-1' });
    expect(events[3]).toMatchObject({ outcome: 'done' });
    expect(stderr).toContain('paris: journal: /state/r1');
  });

  it('that kubectl refuses has failed', async () => {
    const { code, events, stderr } = await play([...paris, ...scale], {
      commands: (_node, line) =>
        line.includes(' scale ') ? { exit: { kind: 'code', code: 1 }, stderr: 'Error: NotFound\n' } : undefined,
    });
    expect([code, events.at(-1)]).toMatchObject([1, { type: 'run-finished', outcome: 'failed' }]);
    expect(stderr).toContain('Error: NotFound\n');
  });

  it('whose end nobody saw says so', async () => {
    const { code, stderr } = await play([...paris, ...scale], {
      commands: (_node, line) =>
        line.includes(' scale ') ? { exit: { kind: 'unknown', why: 'connection lost' } } : undefined,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('paris: how it ended is unknown (connection lost): look before you type it again');
  });

  it('writes nothing beside a run that has the cluster', async () => {
    const { code, sent, stderr, events } = await play([...paris, ...scale], {}, { lock });
    expect([code, writes(sent), events]).toEqual([3, [], []]);
    expect(stderr).toContain('paris is owned by eve@laptop');
    expect(stderr).toContain('nodeops lock show --inventory prod.yaml --cluster paris');
  });

  it('of a protected cluster needs its operator, a reason and its name', async () => {
    const files = {
      '/fleet/prod.yaml': inventory.replace(
        '- name: paris\n',
        '- name: paris\n    protected: true\n    operators: [ana]\n',
      ),
    };
    const bare = await play([...paris, ...scale], {}, { files });
    expect([bare.code, bare.transports]).toEqual([2, []]);
    expect(bare.stderr).toContain('no reason is given');
    const given = ['--reason', 'CHG-1', '--confirm', 'paris'];
    const confirmed = await play([...paris, ...given, ...scale], {}, { files });
    expect([confirmed.code, writes(confirmed.sent).length]).toEqual([0, 1]);
    const mistyped = await play(
      [...paris, '--reason', 'CHG-1', ...scale],
      {},
      { files, terminal: true, types: () => 'x' },
    );
    expect([mistyped.code, mistyped.transports]).toEqual([2, []]);
    expect(mistyped.stderr).toContain('Nothing was changed.');
  });

  it('passes standard input on, which is in no journal', async () => {
    const { code, events, sent } = await play(
      [...paris, '--write', '--', 'apply', '-f', '-'],
      {},
      { stdin: 'password: hunter2\n' },
    );
    expect(code).toBe(0);
    expect(sent.some((line) => line.includes(' apply -f -'))).toBe(true);
    expect(JSON.stringify(events)).not.toContain('hunter2');
    const empty = await play([...paris, '--write', '--', 'apply', '-f', '-']);
    expect([empty.code, empty.transports]).toEqual([2, []]);
    expect(empty.stderr).toContain('-f -: there is nothing on standard input');
  });
});
