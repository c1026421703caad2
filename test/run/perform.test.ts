import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { detached, read, write } from '../../src/commands/build.ts';
import { disarmAlarms, onEtcdHost } from '../../src/commands/etcdctl.ts';
import { quote } from '../../src/commands/quote.ts';
import type { Action } from '../../src/model/action.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { lineOf, performAll, type Performance } from '../../src/run/perform.ts';
import { isFollow, makeCluster, makeNode, stage, type Script } from './scripted.ts';

type Commands = NonNullable<Script['commands']>;

const cluster = makeCluster('cp1', 'w1');
const run = (...argv: readonly string[]): Action => ({ do: 'exec', on: 'w1', command: write(argv) });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Artifacts in memory. */
const memory = () => {
  const kept = new Map<string, string>();
  let aborted = 0;
  const store: ArtifactStore = {
    open: (name) => {
      const sink = new PassThrough();
      let written: string | undefined;
      return Promise.resolve({
        sink,
        sha256: async () => sha256((written ??= (await sink.toArray()).join(''))),
        commit: async () => {
          const text = (written ??= (await sink.toArray()).join(''));
          kept.set(name, text);
          return { name, path: `/state/${name}`, bytes: text.length, sha256: sha256(text) };
        },
        abort: () => {
          aborted += 1;
          return Promise.resolve();
        },
      });
    },
    find: () => Promise.resolve(undefined),
    read: () => Promise.resolve(undefined),
    remove: () => Promise.reject(new Error('nothing is removed')),
    list: () => Promise.resolve([]),
    removeAll: () => Promise.reject(new Error('nothing is removed')),
  };
  return { store, kept, aborted: () => aborted };
};

const perform = async (
  actions: readonly Action[],
  script: Script = {},
  store?: ArtifactStore,
  of: Cluster = cluster,
) => {
  const here = stage(of, script, store);
  const performance: Performance = {
    session: here.session,
    emit: here.emit,
    run: 'r1',
    address: 'workers/w1/do-work',
    step: 'do-work',
    attempt: 1,
    waitedMs: 0,
  };
  return { ...here, performance, last: await performAll(performance, actions) };
};

const disarm = (on: string): Action => ({ do: 'exec', on, command: disarmAlarms });

describe('what is asked of etcd', () => {
  it('finds it otherwise on a host of its own, and that is what the journal says', async () => {
    const external = { ...cluster, etcdHosts: [makeNode('e1', 'etcd')] };
    const { log, events } = await perform([disarm('e1'), disarm('cp1'), run('a')], {}, undefined, external);
    const [onHost, onControlPlane] = [onEtcdHost(disarmAlarms), disarmAlarms].map(({ argv }) => quote(argv));
    expect(onHost).not.toBe(onControlPlane);
    expect(log.filter((line) => line.startsWith('sent'))).toEqual([
      `sent e1: ${onHost}`,
      `sent cp1: ${onControlPlane}`,
      'sent w1: a',
    ]);
    expect(events.find(({ type }) => type === 'command-started')).toMatchObject({ node: 'e1', line: onHost });
  });
});

describe('performAll', () => {
  it('a write is in the journal before it is sent, and after it ended', async () => {
    const { log } = await perform([run('a'), run('b')]);
    expect(log).toEqual([
      'command-started',
      'sent w1: a',
      'command-finished',
      'command-started',
      'sent w1: b',
      'command-finished',
    ]);
  });

  it('a detached one too, and its start comes after its announcement', async () => {
    const { log, events } = await perform([{ do: 'exec', on: 'w1', command: detached(['a']) }]);
    const id = events.flatMap((event) => (event.type === 'command-started' ? [event.id] : []))[0];
    expect(log).toEqual(['command-started', `sent w1: start nodeops-r1-do-work-${id}`, 'command-finished']);
  });

  it('each command has an id of its own, the same in both events', async () => {
    const { events } = await perform([run('a'), run('b')]);
    const ids = events.flatMap((event) => ('id' in event ? [event.id] : []));
    expect(ids).toEqual([ids[0], ids[0], ids[2], ids[2]]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-1-1$/);
    expect(ids[2]).toBe(ids[0]?.replace(/1$/, '2'));
  });

  it.each([
    ['a code', { kind: 'code', code: 3 }],
    ['a signal', { kind: 'signal', signal: 'KILL' }],
    ['unknown', { kind: 'unknown', why: 'connection lost' }],
  ] as const)('stops at the first that ends with %s', async (_what, exit) => {
    const { log, last, events } = await perform([run('a'), run('b'), run('c')], {
      commands: (_node, line) => (line === 'b' ? { exit, stderr: 'one\ntwo\n' } : undefined),
    });
    expect(log.filter((line) => line.startsWith('sent'))).toEqual(['sent w1: a', 'sent w1: b']);
    expect(last).toMatchObject({ node: 'w1', line: 'b', result: { exit } });
    expect(events.at(-1)).toMatchObject({ type: 'command-finished', exit, stderrTail: ['one', 'two'] });
  });

  it('what kubectl reports of an API server that broke off is unknown, not failed', async () => {
    const kubectl = run('kubectl', 'patch', 'node', 'w1');
    const { last } = await perform([kubectl], {
      commands: () => ({ exit: { kind: 'code', code: 1 }, stderr: 'Error from server: etcdserver: request timed out' }),
    });
    expect(last?.result.exit).toEqual({ kind: 'unknown', why: 'Error from server: etcdserver: request timed out' });
    const refused = await perform([kubectl], {
      commands: () => ({
        exit: { kind: 'code', code: 1 },
        stderr: 'the server rejected our request: testing value failed',
      }),
    });
    expect(refused.last?.result.exit).toEqual({ kind: 'code', code: 1 });
    const other = await perform([run('kubeadm')], {
      commands: () => ({ exit: { kind: 'code', code: 1 }, stderr: 'context deadline exceeded' }),
    });
    expect(other.last?.result.exit).toEqual({ kind: 'code', code: 1 });
  });

  it('what a command prints is shown line by line, without colours, and never journalled', async () => {
    const { shown, events } = await perform([run('a')], {
      commands: () => ({ stdout: '\u001B[32mone\u001B[0m\n\ntwo\nthree\n' }),
    });
    const lines = shown.flatMap((event) => (event.type === 'command-output' ? [event.line] : []));
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(events.map(({ type }) => type)).toEqual(['command-started', 'command-finished']);
  });

  it('time that nodes take is added up', async () => {
    const { performance } = await perform([run('a'), run('b')], {
      commands: () => undefined,
    });
    expect(performance.waitedMs).toBe(0);
    const slow = stage(cluster, {
      commands: async () => {
        await slow.clock.sleep(500);
        return undefined;
      },
    });
    const measured = { ...performance, session: slow.session, emit: slow.emit };
    await performAll(measured, [run('a'), run('b')]);
    expect(measured.waitedMs).toBe(1000);
  });

  it('nothing to do is nothing done', async () => {
    const { log, last } = await perform([]);
    expect([log, last]).toEqual([[], undefined]);
  });
});

describe('secrets', () => {
  const secret = 'hunter2';
  it.each(['attached', 'detached'] as const)(
    'what goes to standard input of an %s command is told to nobody',
    async (lifetime) => {
      const command = (lifetime === 'attached' ? write : detached)(['cat'], { stdin: secret, secret: true });
      const { events, shown } = await perform([{ do: 'exec', on: 'w1', command }], {
        commands: (_node, line) => {
          expect(line).not.toContain(secret);
          return isFollow(line) ? { stderr: 'nodeops-follow ended 1\n' } : undefined;
        },
      });
      expect(JSON.stringify([...events, ...shown])).not.toContain(secret);
    },
  );

  it('the password of a proxy is not told, what else is in the environment is', () => {
    const env = { https_proxy: 'http://ana:hunter2@proxy:3128', no_proxy: '10.0.0.0/8' };
    const line = lineOf({ do: 'exec', on: 'w1', command: write(['kubeadm'], { env }) });
    expect(line).not.toContain(secret);
    expect(line).toContain('@proxy:3128');
    expect(line).toContain('no_proxy=10.0.0.0/8 kubeadm');
  });
});

describe('lineOf', () => {
  it.each([
    [{ do: 'exec', on: 'w1', command: read(['echo', 'a b']) } as const, "echo 'a b'"],
    [{ do: 'exec', on: 'w1', command: write(['x'], { env: { A: 'b c' } }) } as const, "A='b c' x"],
    [{ do: 'put', on: 'w1', path: '/etc/x', mode: 0o600, content: 'secret' } as const, 'write /etc/x (mode 600)'],
    [
      { do: 'fetch', on: 'w1', path: '/a.db', artifact: 'paris/a.db' } as const,
      'copy /a.db to the operator as paris/a.db',
    ],
  ])('%#', (action, line) => expect(lineOf(action)).toBe(line));
});

const says =
  (sum: string): Commands =>
  () => ({ stdout: `${sum}  /kept/a.db\n` });
const content = 'keyspace';

const commands: Commands = () => ({
  exit: { kind: 'code', code: 1 },
  stderr: 'No such file',
});

describe('a file that is copied off a node', () => {
  const fetching: Action = { do: 'fetch', on: 'cp1', path: '/kept/a.db', artifact: 'paris/r1/a.db' };

  it('is kept where it is what the node has', async () => {
    const { store, kept } = memory();
    const { last, log } = await perform(
      [fetching],
      { commands: says(sha256(content)), fetch: () => ({ content }) },
      store,
    );
    expect(last?.result.exit).toEqual({ kind: 'code', code: 0 });
    expect(kept.get('paris/r1/a.db')).toBe(content);
    expect(log).toEqual([
      'command-started',
      'sent cp1: sha256sum /kept/a.db',
      'fetched /kept/a.db',
      'command-finished',
    ]);
  });

  it('fails where it is not', async () => {
    const { store } = memory();
    const { last } = await perform(
      [fetching],
      { commands: says(sha256(content)), fetch: () => ({ content: 'keyspac' }) },
      store,
    );
    expect(last?.result).toMatchObject({
      exit: { kind: 'code', code: 1 },
      stderr: `the copy has sha256 ${sha256('keyspac')}, the node's file ${sha256(content)}`,
    });
  });

  it('fails where the node cannot tell what it has', async () => {
    const { store, kept } = memory();
    const { last } = await perform([fetching], { commands }, store);
    expect([last?.result.exit, kept.size]).toEqual([{ kind: 'code', code: 1 }, 0]);
    const nothing = await perform(
      [fetching],
      { commands: () => ({ stdout: '' }), fetch: () => ({ content }) },
      memory().store,
    );
    expect(nothing.last?.result.exit).toEqual({ kind: 'code', code: 1 });
  });

  it('is thrown away where the copy breaks off', async () => {
    const { store, kept, aborted } = memory();
    const script = { commands: says(sha256(content)), fetch: () => ({ content, code: 1 }) };
    await perform([fetching], script, store);
    expect([kept.size, aborted()]).toEqual([0, 1]);
  });

  it('is thrown away where the node goes away in between', async () => {
    const { store, kept, aborted } = memory();
    let turns = 0;
    const script: Script = {
      commands: says(sha256(content)),
      connect: () => {
        turns += 1;
        if (turns > 1) throw new ConnectError('unreachable', 'cp1 does not answer', 'switch it on');
      },
    };
    const { last } = await perform([fetching], script, store);
    expect(last?.result.exit).toEqual({ kind: 'unknown', why: 'cp1 does not answer' });
    expect([kept.size, aborted()]).toEqual([0, 1]);
  });
});
