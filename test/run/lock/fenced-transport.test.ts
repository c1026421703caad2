import { describe, expect, it } from 'vitest';
import { detached, read, write } from '../../../src/commands/build.ts';
import type { Action } from '../../../src/model/action.ts';
import type { Command, CommandResult } from '../../../src/model/command.ts';
import type { Transport } from '../../../src/ports/transport.ts';
import { createFencedTransport, wasFenced, type Gate, type Leave } from '../../../src/run/lock/fenced-transport.ts';
import { performAll } from '../../../src/run/perform.ts';
import { withinFence } from '../lock-world.ts';
import { isFollow, isStart, makeCluster, makeNode, stage, type Reply, type Script } from '../scripted.ts';

const w1 = makeNode('w1');
const ended = (code: number, stderr = ''): CommandResult => ({
  exit: { kind: 'code', code },
  stdout: '',
  stderr,
  truncated: false,
  durationMs: 0,
});
const fencedOff = 'nodeops-fenced 8 r8 eve@laptop:1:f-1 5\n';

/** A transport that writes down what it was given, and a gate that says so. */
const fence = (leave: Leave = { kind: 'go' }, answer: CommandResult = ended(0)) => {
  const sent: Command[] = [];
  const heard: CommandResult[] = [];
  const base: Transport = {
    run: (_node, command) => {
      sent.push(command);
      return Promise.resolve(answer);
    },
    put: (_node, path, _mode, content, guard = (command) => command) => {
      sent.push(guard(write(['put', path], { stdin: content })));
      return Promise.resolve(answer);
    },
    fetch: () => Promise.resolve(answer),
    counters: () => ({ reads: 5, scratches: 0, writes: 9, roundTrips: 14 }),
    close: () => Promise.resolve(),
  };
  const gate: Gate = {
    epoch: 7,
    advice: 'look',
    heard: (result) => void heard.push(result),
    lost: () => undefined,
    leave: () => Promise.resolve(leave),
  };
  return { transport: createFencedTransport(base, gate), sent, heard };
};

describe('a fenced transport', () => {
  it('puts every write behind the epoch, and no question', async () => {
    const { transport, sent } = fence();
    await transport.run(w1, write(['a']));
    await transport.run(w1, read(['b']));
    await transport.put(w1, '/etc/x', 0o600, 'content');
    expect(sent.map(withinFence).map(({ command, epoch }) => [command.argv.join(' '), epoch])).toEqual([
      ['a', '7'],
      ['b', undefined],
      ['put /etc/x', '7'],
    ]);
    expect(sent[2]?.stdin).toBe('content');
  });

  it('counts the writes that were let through', async () => {
    const { transport } = fence();
    await transport.run(w1, write(['a']));
    expect(transport.counters()).toEqual({ reads: 5, scratches: 0, writes: 1, roundTrips: 14 });
    const refusing = fence({ kind: 'go' }, ended(76, fencedOff));
    await refusing.transport.run(w1, write(['a']));
    expect([refusing.transport.counters().writes, refusing.heard.length]).toEqual([0, 1]);
  });

  it.each<[Leave, CommandResult['exit']]>([
    [
      { kind: 'refuse', why: 'eve has it' },
      { kind: 'code', code: 76 },
    ],
    [
      { kind: 'unsure', why: 'nobody answers' },
      { kind: 'unknown', why: 'nobody answers' },
    ],
  ])('sends nothing on %j', async (leave, exit) => {
    const { transport, sent } = fence(leave);
    expect((await transport.run(w1, write(['a']))).exit).toEqual(exit);
    expect((await transport.put(w1, '/etc/x', 0o600, '')).exit).toEqual(exit);
    expect(sent).toEqual([]);
    await transport.run(w1, read(['b']));
    expect(sent.length).toBe(1);
  });

  it.each([
    ['a refusal', ended(76, fencedOff), true],
    ['the same code, of a command', ended(76, 'E: no\n'), false],
    ['the same words, and another code', ended(1, fencedOff), false],
    ['an unknown end', { ...ended(76, fencedOff), exit: { kind: 'unknown', why: 'lost' } } as const, false],
    ['a unit that refused: all in one stream', { ...ended(76), stdout: fencedOff }, true],
  ])('tells %s', (_what, result, refused) => expect(wasFenced(result)).toBe(refused));
});

/** What a run that owns the cluster does with a detached command; `lost` says whether it still does. */
const runDetached = async (follow: (turn: number) => Reply, isLost: (turn: number) => boolean = () => false) => {
  const heard: CommandResult[] = [];
  const starts: string[] = [];
  let turns = 0;
  const commands: Script['commands'] = (_node, line) => {
    if (isStart(line)) starts.push(line);
    return isFollow(line) ? follow((turns += 1)) : undefined;
  };
  const here = stage(makeCluster('w1'), { commands });
  const ownership = {
    epoch: 7,
    advice: 'look',
    heard: (result: CommandResult) => void heard.push(result),
    lost: () => (isLost(turns) ? 'eve has it' : undefined),
  };
  const action: Action = { do: 'exec', on: 'w1', command: detached(['do', 'work'], { timeoutMs: 600_000 }) };
  const performance = { emit: here.emit, run: 'r1', address: 'a', step: 's', attempt: 1, waitedMs: 0 };
  const performed = await performAll({ ...performance, session: { ...here.session, ownership } }, [action]);
  return { exit: performed?.result.exit, heard, starts, turns };
};

describe('a detached command of an owner', () => {
  it('carries its epoch into its unit', async () => {
    const { starts } = await runDetached(() => undefined);
    expect(starts.join('')).toContain('[ "$nodeops_epoch" = 7 ]');
  });

  it('whose unit refused is heard', async () => {
    const { heard, exit } = await runDetached(() => ({ stdout: fencedOff, stderr: 'nodeops-follow ended 76\n' }));
    expect([exit, heard.map(wasFenced)]).toEqual([{ kind: 'code', code: 76 }, [true]]);
  });

  it('is not followed any longer once the cluster is lost', async () => {
    const running = { stderr: 'nodeops-follow running \n' };
    const { exit, turns } = await runDetached(
      () => running,
      (turn) => turn >= 3,
    );
    expect([exit, turns]).toEqual([{ kind: 'unknown', inFlight: true, why: 'eve has it' }, 3]);
  });
});
