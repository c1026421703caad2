import { describe, expect, it } from 'vitest';
import { detached } from '../../src/commands/build.ts';
import { ConnectError } from '../../src/ports/transport.ts';
import { runDetached } from '../../src/run/detached.ts';
import { isFollow, isStart, makeCluster, offsetOf, stage, type Reply } from './scripted.ts';

const unit = { run: 'r1', name: 'do-work-1' };
const lost: Reply = { exit: { kind: 'unknown', why: 'connection lost' } };
const running: Reply = { stderr: 'nodeops-follow running \n' };
const ended = (code: number, stdout = ''): Reply => ({ stdout, stderr: `nodeops-follow ended ${code}\n` });
const away = (): never => {
  throw new ConnectError('unreachable', 'w1 does not answer', 'switch it on');
};

/** What each follow brings, in turn; a follow that goes on to its end takes its 30 seconds. */
const play = async (start: Reply | (() => never), ...follows: readonly (Reply | (() => never))[]) => {
  const offsets: number[] = [];
  const output: string[] = [];
  let starts = 0;
  const here = stage(makeCluster('w1'), {
    commands: async (_node, line) => {
      if (isStart(line)) {
        starts += 1;
        return typeof start === 'function' ? start() : start;
      }
      if (!isFollow(line)) return undefined;
      const follow = follows[Math.min(offsets.push(offsetOf(line)), follows.length) - 1];
      if (typeof follow === 'function') return follow();
      if (follow === running) await here.clock.sleep(30_000);
      return follow;
    },
  });
  const [node] = here.session.cluster.nodes;
  if (node === undefined) throw new Error('no node');
  const command = detached(['do', 'work'], { timeoutMs: 600_000 });
  const result = await runDetached(here.session, node, command, unit, (chunk) => output.push(chunk.toString()));
  return { ...here, result, offsets, starts, output: output.join('') };
};

describe('runDetached', () => {
  it('starts it and follows it to its end', async () => {
    const { result, offsets, output } = await play(undefined, ended(0, 'one\ntwo\n'));
    expect(result).toMatchObject({
      exit: { kind: 'code', code: 0 },
      stdout: 'one\ntwo\n',
      stderr: '',
      truncated: false,
    });
    expect([offsets, output]).toEqual([[0], 'one\ntwo\n']);
  });

  it.each([1, 75, 137])('tells the exit code %i', async (code) => {
    expect((await play(undefined, ended(code))).result.exit).toEqual({ kind: 'code', code });
  });

  it('a failed start is its result, and nothing is followed', async () => {
    const { result, offsets } = await play({ exit: { kind: 'code', code: 1 }, stderr: 'Unit was already loaded' });
    expect(result).toMatchObject({ exit: { kind: 'code', code: 1 }, stdout: 'Unit was already loaded' });
    expect(offsets).toEqual([]);
  });

  it('reads on from the last byte when the connection is lost, and starts nothing again', async () => {
    const { result, offsets, starts, output } = await play(
      undefined,
      { ...lost, stdout: '€ one\ntw' },
      lost,
      { ...running, stdout: 'o\n' },
      ended(0, 'three\n'),
    );
    expect(offsets).toEqual([0, 10, 10, 12]);
    expect([result.stdout, output]).toEqual(['€ one\ntwo\nthree\n', '€ one\ntwo\nthree\n']);
    expect([result.exit, starts]).toEqual([{ kind: 'code', code: 0 }, 1]);
  });

  it('a letter that was cut by the loss is whole in the result', async () => {
    const bytes = Buffer.from('€');
    const half: Reply = { ...lost };
    const { result } = await play(undefined, { ...half, stdout: '' }, ended(0, bytes.toString()));
    expect(result.stdout).toBe('€');
  });

  it('attaches again to a node that is away for a while', async () => {
    const { result, starts, clock } = await play(undefined, away, away, away, ended(0));
    expect([result.exit, starts]).toEqual([{ kind: 'code', code: 0 }, 1]);
    expect(clock.slept).toBeGreaterThan(1000);
  });

  it('a lost start may have begun it: it is looked for, not started again', async () => {
    const begun = await play(lost, ended(0, 'x'));
    expect([begun.result.exit, begun.starts]).toEqual([{ kind: 'code', code: 0 }, 1]);
    const not = await play(lost, { stderr: 'nodeops-follow never-started\n' });
    expect(not.result.exit).toEqual({ kind: 'unknown', why: 'nodeops-r1-do-work-1 was not started on w1' });
    expect(not.starts).toBe(1);
  });

  it.each([
    ['lost', 'nodeops-r1-do-work-1 was killed while it ran on w1: it left no exit code'],
    ['rebooted', 'w1 was restarted while nodeops-r1-do-work-1 ran: it left no exit code'],
  ])('a unit that is gone without an exit code leaves it unknown: %s', async (state, why) => {
    const { result } = await play(undefined, { stdout: 'half', stderr: `nodeops-follow ${state} \n` });
    expect(result).toMatchObject({ stdout: 'half', exit: { kind: 'unknown', why } });
  });

  it('a follow that was cut off says nothing', async () => {
    const { result, offsets } = await play(
      undefined,
      { stderr: 'nodeops-fol' },
      { ...lost, stderr: 'nodeops-follow ended 1' },
      ended(0),
    );
    expect([result.exit, offsets.length]).toEqual([{ kind: 'code', code: 0 }, 3]);
  });

  it('at the deadline it is let go, known to be running', async () => {
    const { result, clock } = await play(undefined, running);
    expect(result.exit).toEqual({
      kind: 'unknown',
      inFlight: true,
      why: 'still running on w1 when the time for it was over',
    });
    expect(clock.slept).toBeGreaterThanOrEqual(600_000);
    expect(clock.slept).toBeLessThan(640_000);
  });

  it('a node that stays away does not hold it for ever, and is not asked in a hurry', async () => {
    const { result, offsets } = await play(undefined, away);
    expect(result.exit.kind).toBe('unknown');
    expect(offsets.length).toBeLessThan(80);
  });

  it('keeps the end of a very long output', async () => {
    const { result } = await play(
      undefined,
      { ...running, stdout: 'a'.repeat(1_999_000) },
      ended(0, `${'b'.repeat(2_000)}end\n`),
    );
    expect(result.truncated).toBe(true);
    expect(result.stdout.endsWith('end\n')).toBe(true);
  });
});
