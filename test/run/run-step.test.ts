import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import { runStep } from '../../src/run/run-step.ts';
import { isFollow, isStart, makeCluster, stage, type Reply, type Script } from './scripted.ts';
import { work, workDone, onNode } from './work.ts';

const cluster = makeCluster('cp1', 'w1');
const lost: Reply = { exit: { kind: 'unknown', why: 'connection lost' } };
const failed: Reply = { exit: { kind: 'code', code: 1 }, stderr: 'warning: x\nit did not work\n' };

interface Play {
  readonly wish?: Readonly<Record<string, unknown>>;
  /** The state of the work at each look; the last one stays. */
  readonly looks: readonly string[];
  /** What comes of each command; the last one stays. */
  readonly replies?: readonly Reply[];
  /** The state of the work after a command was sent. */
  readonly after?: string;
  /** What is left of the node's time when it begins. */
  readonly leftMs?: number;
}

const at = <T>(all: readonly T[], index: number): T | undefined => all[Math.min(index, all.length - 1)];

const play = async ({ wish = {}, looks, replies = [undefined], after, leftMs }: Play, more: Script = {}) => {
  let [looked, sent] = [0, 0];
  let override: string | undefined;
  const here = stage(cluster, {
    facts: (_node, key) => (key === 'work' ? { stdout: override ?? at(looks, looked++) ?? '' } : undefined),
    commands: () => {
      const reply = at(replies, sent++);
      override = after;
      return reply;
    },
    ...more,
  });
  const step = work('w1', wish);
  const limited =
    leftMs === undefined ? {} : { timeLeft: { until: here.clock.now() + leftMs, over: 'w1 took too long' } };
  const result = await runStep({
    session: here.session,
    emit: here.emit,
    run: 'r1',
    address: 'workers/w1/do-work',
    step,
    ...limited,
  });
  return { ...here, result, sent, looked };
};

describe('runStep', () => {
  it('does nothing where nothing is needed', async () => {
    const { result, log, clock } = await play({ looks: ['done'] });
    expect(result).toEqual({ kind: 'reached', outcome: 'satisfied', waitedMs: 0 });
    expect(log).toEqual(['step-observed']);
    expect(clock.slept).toBe(0);
  });

  it('applies what is needed and is content once it sees it, after a few looks', async () => {
    const { result, sent, clock } = await play({ looks: ['old', 'old', 'old', 'done'] });
    expect(result).toMatchObject({ kind: 'reached', outcome: 'done' });
    expect(sent).toBe(1);
    expect(clock.slept).toBeGreaterThan(0);
  });

  it('believes what it sees, not the exit code: failed, and done all the same', async () => {
    const { result, sent } = await play({ looks: ['old', 'done'], replies: [failed] });
    expect(result).toMatchObject({ kind: 'reached', outcome: 'done' });
    expect(sent).toBe(1);
  });

  it('believes what it sees, not the exit code: ended well, and nothing changed', async () => {
    const { result, sent, clock } = await play({ looks: ['old'] });
    expect(result).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'failed', message: 'the command ended well, but what it is for cannot be seen: old → done' },
    });
    expect(sent).toBe(1);
    expect(clock.slept).toBeGreaterThanOrEqual(30_000);
    expect(clock.slept).toBeLessThan(35_000);
  });

  it('fails with the exit code and the last line of what was said', async () => {
    const { result, sent } = await play({ looks: ['old'], replies: [failed] });
    expect(result).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'failed', message: 'rc 1 on w1: it did not work', performed: { node: 'w1', line: 'do work' } },
    });
    expect(sent).toBe(1);
  });

  it('tries again as often as the step allows', async () => {
    const again = await play({ looks: ['old'], replies: [failed, failed], wish: { attempts: 2 } });
    expect([again.result.kind, again.sent]).toEqual(['trouble', 2]);
    const second = await play({ looks: ['old', 'old', 'done'], replies: [failed, undefined], wish: { attempts: 2 } });
    expect([second.result.kind, second.sent]).toEqual(['reached', 2]);
  });

  it('an unknown exit is never repeated before a new look: done, so not again', async () => {
    const { result, sent, log } = await play({ looks: ['old', 'done'], replies: [lost] });
    expect(result).toMatchObject({ kind: 'reached', outcome: 'done' });
    expect(sent).toBe(1);
    expect(log.filter((line) => line.startsWith('sent'))).toEqual(['sent w1: do work']);
  });

  it('an unknown exit is repeated where it is still needed, but not for ever', async () => {
    const { result, sent, looked } = await play({ looks: ['old'], replies: [lost] });
    expect(result).toMatchObject({ kind: 'trouble', trouble: { message: 'unknown (connection lost) on w1: ' } });
    expect(sent).toBe(3);
    expect(looked).toBe(4);
  });

  it('between two tries there is always a look', async () => {
    const { events } = await play({ looks: ['old', 'older', 'oldest', 'done'], replies: [lost] });
    expect(events.map(({ type }) => type).filter((type) => type !== 'command-finished')).toEqual([
      'step-observed',
      'command-started',
      'step-observed',
      'command-started',
      'step-observed',
      'command-started',
      'step-observed',
    ]);
  });

  it('waits until its limit, in the time of its clock', async () => {
    const { result, sent, clock } = await play({ looks: ['waiting'], wish: { pendingMs: 60_000 } });
    expect(result).toMatchObject({ trouble: { kind: 'failed', message: 'still waiting after 60 s for: the others' } });
    expect(sent).toBe(0);
    expect(clock.slept).toBeGreaterThan(60_000);
    expect(clock.slept).toBeLessThan(62_000);
  });

  it('waits no longer than its node may take, and says so', async () => {
    const { result, clock } = await play({ looks: ['waiting'], wish: { pendingMs: 60_000 }, leftMs: 5000 });
    expect(result).toEqual({
      kind: 'trouble',
      trouble: {
        kind: 'failed',
        message: 'w1 took too long: waiting for the others',
        fix: 'see what holds it up, or allow more with --node-timeout',
      },
    });
    expect(clock.slept).toBeLessThan(8000);
  });

  it('begins nothing long once the time of its node is over, but what is done at once', async () => {
    const long = await play({ looks: ['old'], wish: { lifetime: 'detached' }, leftMs: -1 });
    expect(long.result).toMatchObject({
      trouble: { kind: 'failed', message: 'w1 took too long: not begun: old → done' },
    });
    expect(long.sent).toBe(0);
    const short = await play({ looks: ['old', 'done'], leftMs: -1 });
    expect([short.result.kind, short.sent]).toEqual(['reached', 1]);
  });

  it('looks often at first, then once a second', async () => {
    const { looked } = await play({ looks: ['waiting'], wish: { pendingMs: 60_000 } });
    expect(looked).toBeGreaterThan(60);
    expect(looked).toBeLessThan(75);
  });

  it('goes on when what it waited for has come', async () => {
    const { result, sent } = await play({ looks: ['waiting', 'waiting', 'old', 'done'] });
    expect([result.kind, sent]).toEqual(['reached', 1]);
  });

  it('stops where a person must act, before and after a command', async () => {
    const before = await play({ looks: ['stuck'] });
    expect(before.result).toEqual({
      kind: 'trouble',
      trouble: { kind: 'blocked', message: 'it is stuck', fix: 'unstick it' },
    });
    expect(before.sent).toBe(0);
    const after = await play({ looks: ['old', 'stuck'], replies: [failed], wish: { attempts: 3 } });
    expect(after.result).toMatchObject({ trouble: { kind: 'blocked', performed: { line: 'do work' } } });
    expect(after.sent).toBe(1);
  });

  it('waits for a fact that is not available just now', async () => {
    const { result } = await play({ looks: ['', '', 'done'] });
    expect(result).toMatchObject({ kind: 'reached', outcome: 'satisfied' });
    const never = await play({ looks: [''] });
    expect(never.result).toMatchObject({
      trouble: { kind: 'failed', message: 'still waiting after 60 s for: work: the node does not know' },
    });
  });

  it('is blocked by a fact that nobody can read', async () => {
    const { result } = await play({ looks: ['???\nmore'] });
    expect(result).toMatchObject({ trouble: { kind: 'blocked', message: 'work cannot be understood: ??? | more' } });
  });

  it('a node that is away is waited for', async () => {
    let away = 3;
    const { result } = await play(
      { looks: ['done'] },
      {
        connect: () => {
          if (away-- > 0) throw new ConnectError('unreachable', 'w1 does not answer', 'switch it on');
        },
      },
    );
    expect(result).toMatchObject({ kind: 'reached' });
  });

  it('a node that goes away before the command leaves the exit unknown, and the step goes on', async () => {
    let turn = 0;
    const { result, events } = await play(
      { looks: ['old', 'old', 'done'] },
      {
        connect: (node) => {
          if (node === 'w1') turn += 1;
          if (node === 'w1' && turn === 2) throw new ConnectError('unreachable', 'w1 does not answer', 'switch it on');
        },
      },
    );
    expect(result).toMatchObject({ kind: 'reached' });
    expect(events.find(({ type }) => type === 'command-finished')).toMatchObject({
      exit: { kind: 'unknown', why: 'w1 does not answer' },
    });
  });

  it('an assertion sends nothing, ever', async () => {
    const here = stage(cluster, { facts: () => ({ stdout: 'old' }) });
    const step = workDone.bind({}, onNode('w1'));
    const result = await runStep({ session: here.session, emit: here.emit, run: 'r1', address: 'a', step });
    expect(result).toMatchObject({ trouble: { message: 'still waiting after 10 s for: the work (old)' } });
    expect(here.log.filter((line) => line.startsWith('sent'))).toEqual([]);
  });

  it('tells a verdict once, and each new one', async () => {
    const { events } = await play({ looks: ['waiting', 'waiting', 'waiting', 'old', 'old', 'done'] });
    const kinds = events.flatMap((event) => (event.type === 'step-observed' ? [event.verdict.kind] : []));
    expect(kinds).toEqual(['pending', 'needed', 'satisfied']);
  });

  it('counts what it waited for commands, not its looks', async () => {
    const here = await play({ looks: ['old'], after: 'done' }, {});
    expect(here.result).toMatchObject({ waitedMs: 0 });
  });

  it('each try of a detached command is a unit of its own', async () => {
    const started: string[] = [];
    let override = 'old';
    const here = stage(cluster, {
      facts: () => ({ stdout: override }),
      commands: (_node, line) => {
        if (isStart(line)) started.push(/--unit=(\S+)/.exec(line)?.[1] ?? '');
        if (!isFollow(line)) return undefined;
        if (started.length === 2) override = 'done';
        return { stderr: `nodeops-follow ended ${started.length === 2 ? 0 : 1}\n` };
      },
    });
    const step = work('w1', { lifetime: 'detached', attempts: 2 });
    await runStep({ session: here.session, emit: here.emit, run: 'r1', address: 'workers/w1/do-work', step });
    expect(started).toHaveLength(2);
    expect(new Set(started).size).toBe(2);
    expect(started.every((name) => /^nodeops-r1-do-work-[0-9a-f]{8}-[12]-1$/.test(name))).toBe(true);
  });

  it('lets go of what still runs when the time of its node is over, and looks', async () => {
    let follows = 0;
    const here = stage(cluster, {
      facts: () => ({ stdout: follows < 2 ? 'old' : 'done' }),
      commands: async (_node, line) => {
        if (!isFollow(line)) return undefined;
        follows += 1;
        await here.clock.sleep(30_000);
        return { stderr: 'nodeops-follow running \n' };
      },
    });
    const step = work('w1', { lifetime: 'detached' });
    const timeLeft = { until: here.clock.now() + 35_000, over: 'w1 took too long' };
    const result = await runStep({ session: here.session, emit: here.emit, run: 'r1', address: 'a', step, timeLeft });
    expect(result).toMatchObject({ kind: 'reached', outcome: 'done' });
    expect(follows).toBe(2);
    expect(here.events.find(({ type }) => type === 'command-finished')).toMatchObject({
      exit: { kind: 'unknown', inFlight: true },
    });
  });

  it('what still runs after its time limit is not started a second time', async () => {
    let starts = 0;
    const here = stage(cluster, {
      facts: () => ({ stdout: 'old' }),
      commands: async (_node, line) => {
        if (isStart(line)) starts += 1;
        if (!isFollow(line)) return undefined;
        await here.clock.sleep(30_000);
        return { stderr: 'nodeops-follow running \n' };
      },
    });
    const step = work('w1', { lifetime: 'detached', attempts: 2 });
    const result = await runStep({ session: here.session, emit: here.emit, run: 'r1', address: 'a', step });
    expect(result).toMatchObject({ kind: 'trouble' });
    expect(starts).toBe(1);
  });
});
